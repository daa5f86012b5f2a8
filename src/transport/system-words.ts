import { UnreachableError } from '../words/errors.ts'
import { plainLine } from './plain.ts'
import type { Target } from './target.ts'

/** Why ssh ended before it was logged in, from what it said on stderr. */
export function refusedBySsh(target: Target, said: string): UnreachableError {
  const lines = linesOf(said)
  // Of a jump host's key the last line says only that the connection was closed.
  const last =
    lines.find((line) => line.startsWith('Host key verification failed')) ?? lines.at(-1) ?? 'it gave no reason'
  const about = lines.filter((line) => line !== last && worthTelling.test(line)).map((line) => ` ${ended(line)}`)
  return new UnreachableError(
    `${target.name}: ssh to ${target.host} port ${target.port}: ${ended(last)}${about.join('')}${adviceOn(lines)}`,
  )
}

function adviceOn(lines: readonly string[]): string {
  const [, host] = lines.map((line) => /^No \S+ host key is known for (\S+)/.exec(line)).find((found) => found) ?? []
  if (host === undefined) return ''
  return ` Compare the key of ${host} on that machine itself, and log in to it once by hand with ssh, which then keeps it.`
}

/** There is no ssh to be started. */
export function noSystemSsh(target: Target, why: string): UnreachableError {
  return new UnreachableError(
    `${target.name}: the system's own ssh is needed (${why}), and there is none. Install openssh-client.`,
  )
}

/** Why a connection that had stood is gone. */
export function causeOfEnd(said: string): string {
  const last = linesOf(said).at(-1)
  if (last === undefined) return 'the other side ended the connection'
  return /^Timeout, server .* not responding/.test(last) ? 'it stopped answering' : last.replace(/\.$/, '')
}

// What is known of the key, which key it is, what became of a key file: ssh's last line says only that it failed.
const worthTelling =
  /^(SHA256:|Offending |No .* host key is known|Host key for .* has changed|.*HAS CHANGED|.*REVOKED|Load key |.*[Cc]ertificate|channel \d+: open failed|stdio forwarding failed|.*Permission denied|Unable to negotiate)/

function linesOf(said: string): readonly string[] {
  return said
    .split('\n')
    .map((line) => plainLine(line.replace(/^@+\s*|\s*@+\s*$/g, '')))
    .filter(
      (line) =>
        line !== '' && !/^(Killed by signal|mux_client|kex_exchange_identification: Connection closed)/.test(line),
    )
}

function ended(line: string): string {
  return /[.!?]$/.test(line) ? line : `${line}.`
}
