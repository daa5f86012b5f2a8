import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  fingerprintOf,
  knownHostLine,
  knownKeyTypes,
  lookUp,
  lookUpNames,
  matchesHost,
  parseKnownHosts,
} from '../../src/transport/known-hosts.ts'
import { makeKey } from '../fixtures/sshd.ts'

let folder: string
const keys: Record<string, { type: string; text: string; blob: Buffer }> = {}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conc-known-'))
  for (const [name, type] of [
    ['a', 'ed25519'],
    ['b', 'ed25519'],
    ['r', 'rsa'],
  ] as const) {
    makeKey(join(folder, name), type)
    const [keyType = '', text = ''] = readFileSync(join(folder, `${name}.pub`), 'utf8').split(' ')
    keys[name] = { type: keyType, text, blob: Buffer.from(text, 'base64') }
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes `A`, `B`, `R` for a key's type and base64. */
function filled(text: string): string {
  return text.replace(/\b[ABR]$/gm, (name) => {
    const key = keys[name.toLowerCase()]
    return `${key?.type} ${key?.text}`
  })
}

function blob(name: string): Buffer {
  return keys[name]?.blob ?? Buffer.alloc(0)
}

const salt = Buffer.from('0123456789abcdefghij')

// host field, name looked up, whether it stands for it; each is also put to ssh-keygen -F
const matches: readonly (readonly [string, string, boolean])[] = [
  ['web1', 'web1', true],
  ['web1', 'web2', false],
  ['web1', 'web11', false],
  ['web1,web2', 'web2', true],
  ['web1,192.0.2.11', '192.0.2.11', true],
  ['WEB1', 'web1', true],
  ['*', 'anything', true],
  ['*.example.com', 'web1.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', 'a.b.example.com', true],
  ['web?', 'web1', true],
  ['web?', 'web', false],
  ['web?', 'web12', false],
  ['*.x,!y.x', 'y.x', false],
  ['*.x,!y.x', 'z.x', true],
  ['!y.x,*.x', 'y.x', false],
  ['!y.x', 'z.x', false],
  ['[web1]:2222', '[web1]:2222', true],
  ['[web1]:2222', 'web1', false],
  ['web1', '[web1]:2222', false],
  ['[*.example.com]:2222', '[db.example.com]:2222', true],
  ['[*.example.com]:2222', '[db.example.com]:2223', false],
  ['web1.example.com', 'web1xexample.com', false],
  ['192.0.2.*', '192.0.2.77', true],
  ['::1', '::1', true],
  ['a+b', 'a+b', true],
  ['a+b', 'aab', false],
]

describe('a host field', () => {
  test.each(matches)('%s for %s: %s', (hosts, name, expected) => {
    expect(matchesHost(hosts, name)).toBe(expected)
    expect(opensshFinds(hosts, name)).toBe(expected)
  })

  test.each([['web1'], ['[web1]:2222'], ['192.0.2.11']])(
    '%s hashed stands for itself only, for OpenSSH too',
    (name) => {
      const [hosts = ''] = knownHostLine(name, blob('a'), salt).split(' ')
      expect(hosts).toMatch(/^\|1\|/)
      for (const [asked, expected] of [
        [name, true],
        ['other', false],
      ] as const) {
        expect(matchesHost(hosts, asked)).toBe(expected)
        expect(opensshFinds(hosts, asked)).toBe(expected)
      }
    },
  )

  test('names compare without case', () => {
    expect(matchesHost('web1', 'WEB1')).toBe(true)
    expect(matchesHost(knownHostLine('Web1', blob('a'), salt).split(' ')[0] ?? '', 'wEB1')).toBe(true)
  })

  test('a hash of an unknown kind stands for nothing', () => {
    expect(matchesHost('|2|AAAA|BBBB', 'web1')).toBe(false)
    expect(matchesHost('|1|', 'web1')).toBe(false)
  })
})

function opensshFinds(hosts: string, name: string): boolean {
  const file = join(folder, 'asked')
  writeFileSync(file, filled(`${hosts} A\n`))
  return spawnSync('ssh-keygen', ['-F', name, '-f', file]).status === 0
}

// file, names, key presented, what is said of it, in which line
const verdicts: readonly (readonly [string, string, readonly string[], string, string, number | undefined])[] = [
  ['nothing is known', '', ['web1'], 'a', 'unknown', undefined],
  ['another host is known', 'web2 A', ['web1'], 'a', 'unknown', undefined],
  ['the key is known', '# hosts\n\nweb1 A', ['web1'], 'a', 'known', 3],
  ['the second of two keys is known', 'web1 B\nweb1 A', ['web1'], 'a', 'known', 2],
  ['another key of the type is known', 'web1 B', ['web1'], 'a', 'changed', 1],
  ['a key of another type is known', 'web1 R', ['web1'], 'a', 'changed', 1],
  ['of two changed ones the same type is shown', 'web1 R\nweb1 B', ['web1'], 'a', 'changed', 2],
  ['the key is revoked for all', 'web1 A\n@revoked * A', ['web1'], 'a', 'revoked', 2],
  ['another key is revoked', 'web1 A\n@revoked * B', ['web1'], 'a', 'known', 1],
  ['a key is revoked for another host', 'web1 A\n@revoked web2 A', ['web1'], 'a', 'known', 1],
  ['a certificate authority is no plain key', '@cert-authority * A', ['web1'], 'a', 'unknown', undefined],
  ['a certificate authority contradicts nothing', '@cert-authority * B', ['web1'], 'a', 'unknown', undefined],
  ['with a port, the name with the port counts', '[h]:2222 A\nh B', ['[h]:2222', 'h'], 'a', 'known', 1],
  ['with a port, the bare name confirms', 'h A', ['[h]:2222', 'h'], 'a', 'known', 1],
  ['with a port, the bare name contradicts nothing', 'h B', ['[h]:2222', 'h'], 'a', 'unknown', undefined],
  ['with a port, a changed key is no less changed', '[h]:2222 B', ['[h]:2222', 'h'], 'a', 'changed', 1],
  ['tabs and carriage returns are white space', 'web1\tA\r\n', ['web1'], 'a', 'known', 1],
  ['a comment after the key does not matter', 'web1 KEY root@web1', ['web1'], 'a', 'known', 1],
]

describe('a presented key', () => {
  test.each(verdicts)('%s', (_case, text, names, key, kind, line) => {
    const { entries } = parseKnownHosts(filled(text).replace('KEY', `${keys.a?.type} ${keys.a?.text}`), 'known_hosts')
    const verdict = lookUp(entries, names, blob(key))
    expect(verdict.kind).toBe(kind)
    if ('entry' in verdict) expect([verdict.entry.file, verdict.entry.line]).toEqual(['known_hosts', line])
  })

  test('a certificate authority for the host is named, so that it can be explained', () => {
    const { entries } = parseKnownHosts(filled('@cert-authority * A'), 'known_hosts')
    expect(lookUp(entries, ['web1'], blob('b'))).toMatchObject({ kind: 'unknown', authority: { line: 1 } })
  })
})

test('lines that are no entries are told with their numbers, and the others count', () => {
  const text = filled('web1 A\ngarbage\n@mark web1 A\nweb1 ssh-rsa AAAAB3\n|1|x web1 B')
  const { entries, garbage } = parseKnownHosts(text, 'f')
  expect(entries.map((entry) => entry.line)).toEqual([1])
  expect(garbage).toEqual([
    { file: 'f', line: 2, reason: 'not a host, a key type and a key' },
    { file: 'f', line: 3, reason: 'unknown marker @mark' },
    { file: 'f', line: 4, reason: 'not a ssh-rsa key' },
    { file: 'f', line: 5, reason: 'not a web1 key' },
  ])
})

test('the known key types of a host leave out markers and other hosts', () => {
  const { entries } = parseKnownHosts(filled('web1 R\n@revoked web1 A\nweb2 A\n@cert-authority * B'), 'f')
  expect(knownKeyTypes(entries, ['web1'])).toEqual(['ssh-rsa'])
  expect(knownKeyTypes(entries, ['web2'])).toEqual(['ssh-ed25519'])
  expect(knownKeyTypes(entries, ['[web1]:2222', 'web1'])).toEqual([])
})

test.each([
  ['web1', 22, undefined, ['web1']],
  ['web1', 2222, undefined, ['[web1]:2222', 'web1']],
  ['web1', 2222, 'alias', ['alias']],
] as const)('%s port %s alias %s is looked up as %s', (host, port, alias, names) => {
  expect(lookUpNames(host, port, alias)).toEqual(names)
})

test('fingerprints are those of ssh-keygen -l', () => {
  const said = execFileSync('ssh-keygen', ['-l', '-f', join(folder, 'a.pub')], { encoding: 'utf8' })
  expect(said.split(' ')[1]).toBe(fingerprintOf(blob('a')))
})

test('a written line is found by ssh-keygen, hashed or not', () => {
  for (const line of [knownHostLine('[Web1]:2222', blob('a')), knownHostLine('[Web1]:2222', blob('a'), salt)]) {
    writeFileSync(join(folder, 'written'), `${line}\n`)
    const found = spawnSync('ssh-keygen', ['-F', '[web1]:2222', '-f', join(folder, 'written')], { encoding: 'utf8' })
    expect(found.stdout).toContain(keys.a?.text)
  }
})
