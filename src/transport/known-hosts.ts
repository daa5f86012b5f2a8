import { createHash, createHmac } from 'node:crypto'
import { keyTypeOf, readPublicKey } from './public-key.ts'

/** One line of a known_hosts file that names a key. `line` counts from 1. */
export interface KnownHost {
  readonly file: string
  readonly line: number
  readonly marker?: 'revoked' | 'cert-authority'
  /** The host field as written: patterns with commas, or `|1|salt|hash`. */
  readonly hosts: string
  readonly keyType: string
  readonly key: Buffer
}

/** A line that is neither comment nor entry; it is skipped, and told. */
export interface GarbageLine {
  readonly file: string
  readonly line: number
  readonly reason: string
}

export interface KnownHosts {
  readonly entries: readonly KnownHost[]
  readonly garbage: readonly GarbageLine[]
}

/** What known_hosts says about a key that a machine presents. */
export type Verdict =
  | { readonly kind: 'known' | 'revoked'; readonly entry: KnownHost }
  | { readonly kind: 'changed'; readonly entry: KnownHost }
  | { readonly kind: 'unknown'; readonly authority?: KnownHost }

type Line = { readonly entry: KnownHost } | { readonly reason: string } | undefined

/** Reads a known_hosts file's text as sshd(8), SSH_KNOWN_HOSTS FILE FORMAT, describes it. Never throws. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const entries: KnownHost[] = []
  const garbage: GarbageLine[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    // No trim(): it takes a byte order mark for white space, which ssh does not.
    const parsed = parseLine(raw.replace(/^[ \t]+|[ \t\r]+$/g, ''), file, index + 1)
    if (parsed && 'entry' in parsed) entries.push(parsed.entry)
    else if (parsed) garbage.push({ file, line: index + 1, reason: parsed.reason })
  }
  return { entries, garbage }
}

/** Whether a host field (patterns or a hash) stands for this name. Names compare without case. */
export function matchesHost(hosts: string, name: string): boolean {
  const host = name.toLowerCase()
  if (hosts.startsWith('|')) return matchesHash(hosts, host)
  const patterns = hosts.toLowerCase().split(',')
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), host))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, host))
}

/** The names a host is looked up by, the best first: an alias as it is, otherwise with its port, then without. */
export function lookUpNames(host: string, port: number, alias?: string): readonly string[] {
  if (alias) return [alias]
  return port === 22 ? [host] : [`[${host}]:${port}`, host]
}

/**
 * Judges a presented key. A key of another type than the known ones counts as changed too: an attacker picks the type.
 * As in OpenSSH, the name without its port may confirm a key but not contradict it.
 */
export function lookUp(entries: readonly KnownHost[], names: readonly string[], key: Buffer): Verdict {
  const [best = '', ...others] = names
  const verdict = judge(entries, best, key)
  if (verdict.kind !== 'unknown') return verdict
  const other = others
    .map((name) => judge(entries, name, key))
    .find(({ kind }) => kind === 'known' || kind === 'revoked')
  return other ?? verdict
}

/** The types of the keys known under a host's best name, in the order of the files; as in OpenSSH, the others do not count here. */
export function knownKeyTypes(entries: readonly KnownHost[], names: readonly string[]): readonly string[] {
  const known = plainEntries(entries, names.slice(0, 1))
  return [...new Set(known.map((entry) => entry.keyType))]
}

/** A line for known_hosts, without its newline; the name is hashed where `salt` (20 bytes) is given. */
export function knownHostLine(name: string, key: Buffer, salt?: Buffer): string {
  const host = name.toLowerCase()
  const field = salt ? `|1|${salt.toString('base64')}|${hashOf(salt, host)}` : host
  return `${field} ${keyTypeOf(key)} ${key.toString('base64')}`
}

/** `SHA256:…` as ssh-keygen -l prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

function judge(entries: readonly KnownHost[], name: string, key: Buffer): Verdict {
  const named = entries.filter((entry) => matchesHost(entry.hosts, name))
  const same = named.filter((entry) => entry.key.equals(key))
  const revoked = same.find((entry) => entry.marker === 'revoked')
  if (revoked) return { kind: 'revoked', entry: revoked }
  const known = same.find((entry) => entry.marker === undefined)
  if (known) return { kind: 'known', entry: known }
  const plain = named.filter((entry) => entry.marker === undefined)
  const changed = plain.find((entry) => entry.keyType === keyTypeOf(key)) ?? plain[0]
  if (changed) return { kind: 'changed', entry: changed }
  const authority = named.find((entry) => entry.marker === 'cert-authority')
  return authority ? { kind: 'unknown', authority } : { kind: 'unknown' }
}

function parseLine(text: string, file: string, line: number): Line {
  if (text === '' || text.startsWith('#')) return undefined
  const words = text.split(/[ \t]+/)
  const marker = text.startsWith('@') ? words.shift() : undefined
  if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority')
    return { reason: `unknown marker ${marker}` }
  const [hosts, keyType, base64] = words
  if (!hosts || !keyType || !base64) return { reason: 'not a host, a key type and a key' }
  const key = readPublicKey(keyType, base64)
  if (!key) return { reason: `not a ${keyType} key` }
  const entry = { file, line, hosts, keyType, key }
  if (marker === undefined) return { entry }
  return { entry: { ...entry, marker: marker === '@revoked' ? 'revoked' : 'cert-authority' } }
}

function plainEntries(entries: readonly KnownHost[], names: readonly string[]): readonly KnownHost[] {
  return entries.filter((entry) => entry.marker === undefined && names.some((name) => matchesHost(entry.hosts, name)))
}

function matchesHash(field: string, host: string): boolean {
  const [, kind, salt, hash] = field.split('|')
  if (kind !== '1' || !salt || !hash) return false
  return hashOf(Buffer.from(salt, 'base64'), host) === hash
}

function hashOf(salt: Buffer, host: string): string {
  return createHmac('sha1', salt).update(host).digest('base64')
}

function matchesPattern(pattern: string, host: string): boolean {
  const source = pattern.replace(/[^*?]/g, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
  return new RegExp(`^${source.replace(/\*+/g, '.*').replace(/\?/g, '.')}$`, 'u').test(host)
}
