import { UnreachableError } from '../words/errors.ts'
import type { Tried } from './authenticator.ts'
import { BeyondSsh2 } from './beyond.ts'
import { plainLine } from './plain.ts'
import type { Target } from './target.ts'

/** The connection ended before the login was done. `heard` is what the other side said first. */
export function endedEarly(target: Target, heard: string, failure?: Error & { level?: string }): UnreachableError {
  const place = `${target.host} port ${target.port}`
  if (heard === '')
    return new UnreachableError(
      `${place} ended the connection before saying anything. It may be refusing new connections (MaxStartups), or not be an SSH server.`,
    )
  if (!isSsh2(heard))
    return new UnreachableError(`${place} is not an SSH-2 server. Its first bytes: ${plainLine(heard, 80)}`)
  if (failure?.level === 'handshake' && /no matching/.test(failure.message))
    return new BeyondSsh2(`the handshake with ${place} failed: ${reason(failure)}.`, reason(failure))
  if (failure?.level === 'handshake')
    return new UnreachableError(`the handshake with ${place} failed: ${reason(failure)}.`)
  if (failure) return new UnreachableError(`${place} ended the login of ${target.user}: ${reason(failure)}.`)
  return new UnreachableError(`${place} ended the connection during the login of ${target.user}, giving no reason.`)
}

/** Handshake and login took longer than `limit` milliseconds. */
export function tookTooLong(target: Target, heard: string, limit: number): UnreachableError {
  const place = `${target.host} port ${target.port}`
  const seconds = `${limit / 1000} s`
  if (isSsh2(heard)) return new UnreachableError(`the login of ${target.user} on ${place} timed out after ${seconds}.`)
  const said = heard === '' ? 'It said nothing.' : `Its first bytes: ${plainLine(heard, 80)}`
  return new UnreachableError(
    `${place} accepts connections but did not answer as an SSH server within ${seconds}. ${said}`,
  )
}

/** No way to log in was accepted; `beyond` names what only the system's ssh could have tried. */
export function loginRefused(
  target: Target,
  tried: Tried,
  notes: readonly string[],
  beyond?: string,
): UnreachableError {
  const attempts = tried.labels.length
    ? `Tried: ${tried.labels.join(', ')}.`
    : 'There was nothing to try: no key and nobody to ask.'
  const accepted = tried.accepted.length ? ` It accepts: ${tried.accepted.join(', ')}.` : ''
  const left = notes.map((note) => ` Not tried: ${note}`).join('')
  const help = `Put the public key into ~${target.user}/.ssh/authorized_keys there, or name another with key = PATH.`
  const message = `${target.host} port ${target.port} refused the login of ${target.user}. ${attempts}${accepted}${left} ${help}`
  const other = beyond ?? (tried.accepted.includes('gssapi-with-mic') ? 'it accepts GSSAPI' : undefined)
  return other === undefined ? new UnreachableError(message) : new BeyondSsh2(message, other)
}

function isSsh2(heard: string): boolean {
  return /^SSH-(2\.0|1\.99)-/m.test(heard)
}

function reason(failure: Error): string {
  return plainLine(failure.message).replace(/\.$/, '')
}
