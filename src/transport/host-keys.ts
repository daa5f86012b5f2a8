import { randomBytes } from 'node:crypto'
import { appendFile, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UnreachableError } from '../words/errors.ts'
import { fileFault } from '../words/filefault.ts'
import { makeFolder } from '../words/folder.ts'
import type { Address } from './address.ts'
import {
  fingerprintOf,
  type GarbageLine,
  knownHostLine,
  knownKeyTypes,
  lookUp,
  parseKnownHosts,
  type Verdict,
} from './known-hosts.ts'
import type { HostKeyPolicy } from './policy.ts'
import { keyTypeOf } from './public-key.ts'

/** What is known of a machine's host keys at the start of a connection. */
export interface HostKeys {
  readonly knownTypes: readonly string[]
  judge(key: Buffer): Verdict | { readonly kind: 'not-pinned'; readonly pinned: Buffer }
  readonly garbage: readonly GarbageLine[]
}

/** Raised when a host key is not accepted; with what is needed to ask a person about it. */
export class HostKeyRefused extends UnreachableError {
  readonly key: Buffer
  readonly kind: ReturnType<HostKeys['judge']>['kind']

  constructor(message: string, key: Buffer, kind: ReturnType<HostKeys['judge']>['kind']) {
    super(message)
    this.key = key
    this.kind = kind
  }
}

/** Reads the known_hosts files of a policy; a file that is not there is empty. Throws UnreachableError for an unreadable one. */
export async function readHostKeys(policy: HostKeyPolicy): Promise<HostKeys> {
  if (policy.kind === 'pinned') return pinned(policy.key)
  const files = await Promise.all([...policy.userFiles, ...policy.globalFiles].map(readKnownHosts))
  const entries = files.flatMap((file) => file.entries)
  return {
    knownTypes: knownKeyTypes(entries, policy.names),
    judge: (key) => lookUp(entries, policy.names, key),
    garbage: files.flatMap((file) => file.garbage),
  }
}

/** Appends a new key to the user's first known_hosts file. Throws UnreachableError when it can't be written. */
export async function rememberHostKey(policy: HostKeyPolicy, key: Buffer): Promise<void> {
  if (policy.kind === 'pinned') return
  const [file] = policy.userFiles
  if (!file) throw new UnreachableError('there is no known_hosts file to write the new host key to.')
  try {
    await makeFolder(dirname(file))
    const before = await readFile(file).catch(() => Buffer.alloc(0))
    const line = knownHostLine(policy.names[0] ?? '', key, policy.hashed ? randomBytes(20) : undefined)
    const start = before.length === 0 || before.at(-1) === 0x0a ? '' : '\n'
    await appendFile(file, `${start}${line}\n`, { mode: 0o600 })
  } catch (error) {
    throw new UnreachableError(`the new host key can't be written to ${file}: ${fileFault(error)}.`)
  }
}

/** The refusal of a key, saying what was seen, what is known and what to do. */
export function refusalOf(keys: HostKeys, key: Buffer, policy: HostKeyPolicy, address: Address): HostKeyRefused {
  const verdict = keys.judge(key)
  const place = `${address.host} port ${address.port}`
  const seen = describe(key)
  const refuse = (sentence: string): HostKeyRefused => new HostKeyRefused(sentence, key, verdict.kind)
  switch (verdict.kind) {
    case 'not-pinned':
      return refuse(
        `${place} has another host key than the one expected: ${seen} instead of ${describe(verdict.pinned)}.`,
      )
    case 'revoked':
      return refuse(`the host key of ${place} is revoked (${verdict.entry.file}:${verdict.entry.line}): ${seen}.`)
    case 'changed': {
      const { file, line, key: known } = verdict.entry
      const help = `Somebody may be listening in. If the change is known to be right, take the line out of ${file}.`
      return refuse(
        `the host key of ${place} has changed: it is ${seen}, but ${file}:${line} says ${describe(known)}. ${help}`,
      )
    }
    default:
      return refuse(
        `the host key of ${place} is not known: ${seen}. ${howToTrust(policy, key)}${sideNotes(keys, verdict)}`,
      )
  }
}

/** A key as people compare it: `ED25519 SHA256:…`. */
export function describe(key: Buffer): string {
  const type = keyTypeOf(key)
  return `${type.replace(/^(ssh|ecdsa-sha2)-/, '').toUpperCase()} ${fingerprintOf(key)}`
}

function howToTrust(policy: HostKeyPolicy, key: Buffer): string {
  if (policy.kind === 'pinned') return ''
  const compare = 'Compare it with what ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub says on the node itself'
  return `${compare}, then trust it with: echo '${knownHostLine(policy.names[0] ?? '', key)}' >> ${policy.userFiles[0]}`
}

function sideNotes(keys: HostKeys, verdict: ReturnType<HostKeys['judge']>): string {
  const authority = verdict.kind === 'unknown' && verdict.authority
  const cert = authority
    ? [
        `Only the system's ssh (transport = ssh) knows host certificates, so @cert-authority in ${authority.file}:${authority.line} does not count.`,
      ]
    : []
  const garbage = keys.garbage.map(({ file, line, reason }) => `${file}:${line} was skipped: ${reason}.`)
  return [...cert, ...garbage].map((note) => ` ${note}`).join('')
}

function pinned(key: Buffer): HostKeys {
  const entry = { file: 'pinned', line: 1, hosts: '*', keyType: keyTypeOf(key), key }
  return {
    knownTypes: [entry.keyType],
    judge: (seen) => (seen.equals(key) ? { kind: 'known', entry } : { kind: 'not-pinned', pinned: key }),
    garbage: [],
  }
}

async function readKnownHosts(file: string): Promise<ReturnType<typeof parseKnownHosts>> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { entries: [], garbage: [] }
    // An unread file may hold a revocation, so going on without it would be a guess.
    throw new UnreachableError(`${file} can't be read: ${fileFault(error)}.`)
  }
}
