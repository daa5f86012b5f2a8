import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HostKeyRefused } from '../../src/transport/host-keys.ts'
import { knownHostLine, lookUpNames } from '../../src/transport/known-hosts.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { Target } from '../../src/transport/target.ts'
import { makeKey, type Sshd, startSshd } from '../fixtures/sshd.ts'

type Verdict = 'accepted' | 'unknown' | 'changed' | 'revoked'

/** How a host is named: its address, its name in several cases, or an alias, which is looked up without a port. */
type Name = '127.0.0.1' | 'localhost' | 'LOCALHOST' | `as ${string}`

interface Files {
  readonly user: string
  readonly second?: string
  readonly global?: string
}

let sshd: Sshd
let keys: Readonly<Record<string, Buffer>>

beforeAll(async () => {
  sshd = await startSshd({ hostKeyTypes: ['ed25519', 'rsa'] })
  for (const type of ['ed25519', 'rsa', 'ecdsa']) makeKey(join(sshd.folder, `other_${type}`), type)
  keys = {
    E: blobOf('host_ed25519'),
    R: blobOf('host_rsa'),
    OTHER: blobOf('other_ed25519'),
    OTHERRSA: blobOf('other_rsa'),
    OTHEREC: blobOf('other_ecdsa'),
  }
})
afterAll(async () => sshd?.stop())

// In the files: E and R are the server's keys, PORT its port, HASH(name) a hashed name, CUT(key) and JUNK(key) a broken one.
const rows: readonly (readonly [string, Name, Files, Verdict])[] = [
  ['an empty file', '127.0.0.1', { user: '' }, 'unknown'],
  ['the key', '127.0.0.1', { user: '[127.0.0.1]:PORT E\n' }, 'accepted'],
  ['no newline at the end', '127.0.0.1', { user: '[127.0.0.1]:PORT E' }, 'accepted'],
  ['the other key of the host alone', '127.0.0.1', { user: '[127.0.0.1]:PORT R\n' }, 'accepted'],
  ['both keys', '127.0.0.1', { user: '[127.0.0.1]:PORT R\n[127.0.0.1]:PORT E\n' }, 'accepted'],
  ['another key', '127.0.0.1', { user: '[127.0.0.1]:PORT OTHER\n' }, 'changed'],
  [
    'another key before the right one',
    '127.0.0.1',
    { user: '[127.0.0.1]:PORT OTHER\n[127.0.0.1]:PORT E\n' },
    'accepted',
  ],
  ['a key of a type the host has not', '127.0.0.1', { user: '[127.0.0.1]:PORT OTHEREC\n' }, 'changed'],
  ['another key of the second type', '127.0.0.1', { user: '[127.0.0.1]:PORT OTHERRSA\n' }, 'changed'],
  [
    'a changed key of one type, a right one of the other',
    '127.0.0.1',
    { user: '[127.0.0.1]:PORT OTHERRSA\n[127.0.0.1]:PORT E\n' },
    'accepted',
  ],
  [
    'a right key of the second type, a changed one of the first',
    '127.0.0.1',
    { user: '[127.0.0.1]:PORT R\n[127.0.0.1]:PORT OTHER\n' },
    'changed',
  ],
  ['another port', '127.0.0.1', { user: '[127.0.0.1]:1 E\n' }, 'unknown'],
  ['the address without its port', '127.0.0.1', { user: '127.0.0.1 E\n' }, 'accepted'],
  ['the address without its port, for the second key', '127.0.0.1', { user: '127.0.0.1 R\n' }, 'unknown'],
  ['the address without its port, another key', '127.0.0.1', { user: '127.0.0.1 OTHER\n' }, 'unknown'],
  [
    'a changed key with the port, the right one without',
    '127.0.0.1',
    { user: '[127.0.0.1]:PORT OTHER\n127.0.0.1 E\n' },
    'changed',
  ],
  ['the port in brackets that a name without a port does not have', 'as web1', { user: '[web1]:PORT E\n' }, 'unknown'],
  ['port 22 in brackets', 'as web1', { user: '[web1]:22 E\n' }, 'unknown'],
  ['the name, asked by the name', 'localhost', { user: '[localhost]:PORT E\n' }, 'accepted'],
  ['the address, asked by the name', 'localhost', { user: '[127.0.0.1]:PORT E\n' }, 'unknown'],
  [
    'the name, and the address with another key',
    'localhost',
    { user: '[localhost]:PORT E\n[127.0.0.1]:PORT OTHER\n' },
    'accepted',
  ],
  ['name and address in one line', 'localhost', { user: '[127.0.0.1]:PORT,[localhost]:PORT E\n' }, 'accepted'],
  ['capitals in the file', 'localhost', { user: '[LocalHost]:PORT E\n' }, 'accepted'],
  ['capitals in the question', 'LOCALHOST', { user: '[localhost]:PORT E\n' }, 'accepted'],
  ['capitals in the question, hashed', 'LOCALHOST', { user: 'HASH([localhost]:PORT) E\n' }, 'accepted'],
  ['a hashed address with its port', '127.0.0.1', { user: 'HASH([127.0.0.1]:PORT) E\n' }, 'accepted'],
  ['a hashed address without its port', '127.0.0.1', { user: 'HASH(127.0.0.1) E\n' }, 'accepted'],
  ['a hashed name of another', '127.0.0.1', { user: 'HASH(192.0.2.1) E\n' }, 'unknown'],
  ['a hashed address, another key', '127.0.0.1', { user: 'HASH([127.0.0.1]:PORT) OTHER\n' }, 'changed'],
  ['a hash among names is none', 'as web1', { user: 'other,HASH(web1) E\n' }, 'unknown'],
  ['an alias', 'as web1', { user: 'web1 E\n' }, 'accepted'],
  ['an alias in the file with capitals', 'as web1', { user: 'WEB1 E\n' }, 'accepted'],
  ['a hashed alias', 'as web1', { user: 'HASH(web1) E\n' }, 'accepted'],
  [
    'an alias, the key known under the address only',
    'as web1',
    { user: '[127.0.0.1]:PORT E\n127.0.0.1 E\n' },
    'unknown',
  ],
  ['a wildcard for all', '127.0.0.1', { user: '* E\n' }, 'accepted'],
  ['a wildcard with dots', 'as web1.shop.example', { user: '*.example E\n' }, 'accepted'],
  ['a question mark', 'as web1', { user: 'web? E\n' }, 'accepted'],
  ['a question mark too many', 'as web1', { user: 'web1? E\n' }, 'unknown'],
  ['a wildcard port', '127.0.0.1', { user: '[127.0.0.1]:* E\n' }, 'accepted'],
  ['a negated name', 'as web1.example', { user: '*.example,!web1.example E\n' }, 'unknown'],
  ['a negated name first', 'as web1.example', { user: '!web1.example,*.example E\n' }, 'unknown'],
  ['a negated name of another', 'as web2.example', { user: '!web1.example,*.example E\n' }, 'accepted'],
  ['a negation alone', 'as web2.example', { user: '!web1.example E\n' }, 'unknown'],
  ['the second file', '127.0.0.1', { user: '', second: '[127.0.0.1]:PORT E\n' }, 'accepted'],
  ['the global file', '127.0.0.1', { user: '', global: '[127.0.0.1]:PORT E\n' }, 'accepted'],
  [
    'a changed key in the first file, the right one in the global',
    '127.0.0.1',
    { user: '[127.0.0.1]:PORT OTHER\n', global: '[127.0.0.1]:PORT E\n' },
    'accepted',
  ],
  ['a changed key in the global file', '127.0.0.1', { user: '', global: '[127.0.0.1]:PORT OTHER\n' }, 'changed'],
  [
    'a key revoked in the global file',
    '127.0.0.1',
    { user: '[127.0.0.1]:PORT E\n', global: '@revoked * E\n' },
    'revoked',
  ],
  ['a revoked key', '127.0.0.1', { user: '@revoked * E\n' }, 'revoked'],
  ['a key revoked before it is known', '127.0.0.1', { user: '@revoked * E\n[127.0.0.1]:PORT E\n' }, 'revoked'],
  ['a key revoked for another host', '127.0.0.1', { user: '@revoked web1 E\n[127.0.0.1]:PORT E\n' }, 'accepted'],
  ['another key revoked', '127.0.0.1', { user: '@revoked * OTHER\n[127.0.0.1]:PORT E\n' }, 'accepted'],
  ['another key revoked and nothing known', '127.0.0.1', { user: '@revoked * OTHER\n' }, 'unknown'],
  [
    'a key revoked under the address without its port',
    '127.0.0.1',
    { user: '@revoked 127.0.0.1 E\n[127.0.0.1]:PORT E\n' },
    'accepted',
  ],
  [
    'a key revoked by a hashed name',
    '127.0.0.1',
    { user: '@revoked HASH([127.0.0.1]:PORT) E\n[127.0.0.1]:PORT E\n' },
    'revoked',
  ],
  ['a marker nobody knows', '127.0.0.1', { user: '@trusted [127.0.0.1]:PORT E\n' }, 'unknown'],
  ['two markers', '127.0.0.1', { user: '@revoked @cert-authority * E\n[127.0.0.1]:PORT E\n' }, 'accepted'],
  ['carriage returns', '127.0.0.1', { user: '# a\r\n[127.0.0.1]:PORT E\r\n' }, 'accepted'],
  [
    'comments, empty lines and garbage around',
    '127.0.0.1',
    { user: '# [127.0.0.1]:PORT OTHER\n\n  \nrubbish\n[127.0.0.1]:PORT\n[127.0.0.1]:PORT E root@here\n' },
    'accepted',
  ],
  ['white space before and tabs between', '127.0.0.1', { user: ' \t[127.0.0.1]:PORT\tE\n' }, 'accepted'],
  ['a byte order mark', '127.0.0.1', { user: '\ufeff[127.0.0.1]:PORT E\n' }, 'unknown'],
  ['a no-break space before', '127.0.0.1', { user: '\u00a0[127.0.0.1]:PORT E\n' }, 'unknown'],
  ['a type that is not the key’s', '127.0.0.1', { user: '[127.0.0.1]:PORT ssh-rsa BARE(E)\n' }, 'unknown'],
  ['a type nobody knows', '127.0.0.1', { user: '[127.0.0.1]:PORT ssh-new BARE(E)\n' }, 'unknown'],
  ['a key cut short', '127.0.0.1', { user: '[127.0.0.1]:PORT CUT(E)\n' }, 'unknown'],
  ['a key with a strange character', '127.0.0.1', { user: '[127.0.0.1]:PORT JUNK(E)\n' }, 'unknown'],
  ['a key with bytes after it', '127.0.0.1', { user: '[127.0.0.1]:PORT LONG(OTHER)\n' }, 'unknown'],
  ['a key in capitals', '127.0.0.1', { user: '[127.0.0.1]:PORT SSH-ED25519 BARE(E)\n' }, 'unknown'],
]

describe('a known_hosts file with', () => {
  test.each(rows)('%s, for %s', async (_case, name, files, verdict) => {
    const target = targetFor(name, files)
    expect({ ssh: verdictOfSsh(target) }).toEqual({ ssh: verdict })
    expect({ conc: await verdictOfConc(target) }).toEqual({ conc: verdict })
  })

  test.each([
    ['[127.0.0.1]:PORT E\n', '[127.0.0.1]:PORT', 'accepted'],
    ['HASH([127.0.0.1]:PORT) E\n', '[127.0.0.1]:PORT', 'accepted'],
    ['127.0.0.* OTHER\n', '[127.0.0.1]:PORT', 'unknown'],
    ['[127.0.0.*]:PORT OTHER\n', '[127.0.0.1]:PORT', 'changed'],
  ] as const)('%j holds for %s what ssh-keygen -F finds: %s', async (text, name, verdict) => {
    const target = targetFor('127.0.0.1', { user: text })
    const file = target.hostKey.kind === 'known-hosts' ? (target.hostKey.userFiles[0] ?? '') : ''
    const found = spawnSync('ssh-keygen', ['-F', filled(name), '-f', file]).status === 0
    expect(found).toBe(verdict !== 'unknown')
    expect(await verdictOfConc(target)).toBe(verdict)
  })
})

function targetFor(name: Name, { user, second, global }: Files): Target {
  const written = Object.entries({ user, second, global }).flatMap(([file, text]) => {
    if (text === undefined) return []
    const path = join(sshd.folder, `known_${file}`)
    writeFileSync(path, filled(text))
    return [[file, path] as const]
  })
  const paths = new Map(written)
  const alias = name.startsWith('as ') ? name.slice(3) : undefined
  const host = alias === undefined ? name : '127.0.0.1'
  return {
    ...sshd.target(),
    transport: 'ssh2',
    host,
    hostKey: {
      kind: 'known-hosts',
      mode: 'yes',
      names: lookUpNames(host, sshd.port, alias),
      userFiles: ['user', 'second'].flatMap((file) => paths.get(file) ?? []),
      globalFiles: paths.has('global') ? [paths.get('global') ?? ''] : [],
      hashed: false,
    },
  }
}

/** What the ssh of this machine says, from its words; it says `unknown` in several. */
function verdictOfSsh({ host, user, port, hostKey }: Target): Verdict | string {
  if (hostKey.kind !== 'known-hosts') return 'pinned'
  const [first = '', other] = hostKey.names
  const options = [
    `UserKnownHostsFile=${hostKey.userFiles.join(' ')}`,
    `GlobalKnownHostsFile=${hostKey.globalFiles.join(' ') || '/dev/null'}`,
    'StrictHostKeyChecking=yes',
    'BatchMode=yes',
    'UpdateHostKeys=no',
    ...(other === undefined ? [`HostKeyAlias=${first}`] : []),
  ].flatMap((option) => ['-o', option])
  const where = ['-F', 'none', '-i', sshd.keyFile, '-p', String(port), '-l', user]
  const { status, stderr } = spawnSync('ssh', [...where, ...options, host, 'true'], { encoding: 'utf8' })
  if (status === 0) return 'accepted'
  if (/REVOKED HOST KEY DETECTED|is marked as revoked/.test(stderr)) return 'revoked'
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(stderr)) return 'changed'
  return /No \w+ host key is known/.test(stderr) ? 'unknown' : stderr
}

async function verdictOfConc(target: Target): Promise<Verdict | string> {
  try {
    const connection = await connectSsh(target)
    await connection.close()
    return 'accepted'
  } catch (error) {
    return error instanceof Error && error.cause instanceof HostKeyRefused ? error.cause.kind : String(error)
  }
}

function filled(text: string): string {
  const named = (name: string): Buffer => keys[name] ?? Buffer.alloc(0)
  const bare = (name: string): string => named(name).toString('base64')
  const type = (name: string): string => knownHostLine('', named(name)).trim().split(' ')[0] ?? ''
  const salt = Buffer.from('0123456789abcdefghij')
  return text
    .replaceAll('PORT', String(sshd.port))
    .replace(/HASH\((.*?)\)/g, (_all, name: string) => knownHostLine(name, named('E'), salt).split(' ')[0] ?? '')
    .replace(/BARE\((\w+)\)/g, (_all, name: string) => bare(name))
    .replace(/CUT\((\w+)\)/g, (_all, name: string) => `${type(name)} ${named(name).subarray(0, -6).toString('base64')}`)
    .replace(
      /JUNK\((\w+)\)/g,
      (_all, name: string) => `${type(name)} ${bare(name).slice(0, 30)}!${bare(name).slice(30)}`,
    )
    .replace(
      /LONG\((\w+)\)/g,
      (_all, name: string) => `${type(name)} ${Buffer.concat([named(name), Buffer.alloc(3)]).toString('base64')}`,
    )
    .replace(/(?<=[ \t])(E|R|OTHER|OTHERRSA|OTHEREC)(?=\s|$)/g, (name) => `${type(name)} ${bare(name)}`)
}

function blobOf(name: string): Buffer {
  return Buffer.from(readFileSync(join(sshd.folder, `${name}.pub`), 'utf8').split(' ')[1] ?? '', 'base64')
}
