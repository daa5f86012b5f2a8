import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Attributes } from '../../src/deployfile/types.ts'
import type { HostKeyMode } from '../../src/transport/policy.ts'
import { resolveTarget } from '../../src/transport/resolve.ts'
import type { Target } from '../../src/transport/target.ts'
import { UnreachableError, UsageError } from '../../src/words/errors.ts'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'conc-home-'))
  mkdirSync(join(home, '.ssh'))
})
beforeEach(() => configure(''))
afterAll(() => rmSync(home, { recursive: true }))

function configure(text: string): void {
  writeFileSync(join(home, 'config'), text)
  chmodSync(join(home, 'config'), 0o600)
}

function attributes(values: Record<string, string>): Attributes {
  const all = Object.entries({ name: 'web1', ...values })
  return new Map(all.map(([key, value], index) => [key, { value, from: `deploy.ini:${index + 1}` }]))
}

function resolve(values: Record<string, string>, hostKeyDefault: HostKeyMode = 'yes'): Promise<Target> {
  return resolveTarget(attributes(values), {
    home,
    sshConfig: join(home, 'config'),
    hostKeyDefault,
    agentSocket: '/agent',
  })
}

/** The parts of a target that a row is about. */
function partsOf(target: Target): Record<string, unknown> {
  const { host, port, user, login, hostKey } = target
  const policy = hostKey.kind === 'known-hosts' ? { ...hostKey } : {}
  return {
    host,
    port,
    user,
    ...login,
    agentSocket: login.agentSocket,
    keys: login.keyFiles.map(({ path }) => path.replace(home, '~')),
    ...policy,
  }
}

// what is in ~/.ssh/config, the attributes, the parts of the target
const rows: readonly (readonly [string, string, Record<string, string>, Record<string, unknown>])[] = [
  [
    'attributes alone',
    '',
    { 'sshd.ip': '192.0.2.1', 'sshd.port': '2200', admin: 'ops' },
    { host: '192.0.2.1', port: 2200, user: 'ops' },
  ],
  [
    'defaults',
    '',
    { 'sshd.ip': '192.0.2.1' },
    { port: 22, user: userInfo().username, mode: 'yes', agentSocket: '/agent' },
  ],
  [
    'default keys',
    '',
    { 'sshd.ip': '192.0.2.1' },
    {
      keys: ['id_ed25519', 'id_ecdsa', 'id_rsa', 'id_ed25519_sk', 'id_ecdsa_sk'].map((name) => `~/.ssh/${name}`),
      onlyTheseKeys: false,
    },
  ],
  [
    'by name',
    'Host web1\n HostName 192.0.2.9\n User bob\n Port 2022',
    {},
    { host: '192.0.2.9', user: 'bob', port: 2022 },
  ],
  [
    'attributes win',
    'Host web1\n HostName 192.0.2.9\n User bob\n Port 2022',
    { 'sshd.ip': '192.0.2.1', admin: 'ops', 'sshd.port': '22' },
    { host: '192.0.2.1', user: 'ops', port: 22 },
  ],
  ['by address', 'Host 192.0.2.1\n User bob', { 'sshd.ip': '192.0.2.1' }, { user: 'bob', host: '192.0.2.1' }],
  [
    'by name before by address',
    'Host 192.0.2.1\n User bob\n Port 2022\nHost web1\n User ann',
    { 'sshd.ip': '192.0.2.1' },
    { user: 'ann', port: 2022 },
  ],
  [
    'a key of the configuration',
    'Host web1\n IdentityFile ~/.ssh/special\n IdentitiesOnly yes',
    { 'sshd.ip': 'h' },
    { keys: ['~/.ssh/special'], onlyTheseKeys: true },
  ],
  [
    'tokens in a key',
    'Host web1\n User ann\n IdentityFile %d/.ssh/%r-%h',
    { 'sshd.ip': 'h.example' },
    { keys: ['~/.ssh/ann-h.example'] },
  ],
  [
    'a key of the node',
    'Host web1\n IdentityFile ~/.ssh/special',
    { 'sshd.ip': 'h', key: '~/keys/mine' },
    { keys: ['~/keys/mine'], onlyTheseKeys: true },
  ],
  ['a relative key', '', { 'sshd.ip': 'h', key: 'keys/mine' }, { keys: ['~/keys/mine'] }],
  ['no agent', 'Host web1\n IdentityAgent none', { 'sshd.ip': 'h' }, { agentSocket: undefined }],
  ['another agent', 'Host *\n IdentityAgent /other', { 'sshd.ip': 'h' }, { agentSocket: '/other' }],
  ['the names to look up', '', { 'sshd.ip': 'h' }, { names: ['h'] }],
  ['the names with a port', '', { 'sshd.ip': 'h', 'sshd.port': '2200' }, { names: ['[h]:2200', 'h'] }],
  ['an alias', 'Host web1\n HostKeyAlias shop', { 'sshd.ip': 'h', 'sshd.port': '2200' }, { names: ['shop'] }],
  [
    'known_hosts files',
    'Host web1\n UserKnownHostsFile /a /b\n GlobalKnownHostsFile /c',
    { 'sshd.ip': 'h' },
    { userFiles: ['/a', '/b'], globalFiles: ['/c'] },
  ],
  ['hashed names', 'Host web1\n HashKnownHosts yes', { 'sshd.ip': 'h' }, { hashed: true }],
  ['hostkeys', '', { 'sshd.ip': 'h', hostkeys: 'accept-new' }, { mode: 'accept-new' }],
  ['strict checking', 'Host web1\n StrictHostKeyChecking yes', { 'sshd.ip': 'h' }, { mode: 'yes' }],
  [
    'strict checking of new ones',
    'Host web1\n StrictHostKeyChecking accept-new',
    { 'sshd.ip': 'h' },
    { mode: 'accept-new' },
  ],
  [
    'no strict checking is still some',
    'Host web1\n StrictHostKeyChecking no',
    { 'sshd.ip': 'h' },
    { mode: 'accept-new' },
  ],
  ['no jump after all', 'Host web1\n ProxyJump none', { 'sshd.ip': 'h' }, { host: 'h' }],
  ['an IPv6 address', '', { 'sshd.ip': '2001:db8::1' }, { host: '2001:db8::1', names: ['2001:db8::1'] }],
]

describe('a target', () => {
  test.each(rows)('%s', async (_case, config, values, parts) => {
    configure(config)
    expect(partsOf(await resolve(values))).toMatchObject(parts)
  })

  test('has the known_hosts files of the given home by default', async () => {
    const target = await resolve({ 'sshd.ip': 'h' })
    expect(target.hostKey).toMatchObject({
      userFiles: [join(home, '.ssh/known_hosts'), join(home, '.ssh/known_hosts2')],
    })
  })

  test('has all private keys that op_key names, and no public one', async () => {
    for (const name of ['id_ed25519-shop', 'id_rsa-shop', 'id_rsa-shop.pub', 'id_rsa-other', 'shop'])
      writeFileSync(join(home, '.ssh', name), '')
    const { login } = await resolve({ 'sshd.ip': 'h', op_key: 'shop' })
    expect(login.keyFiles).toEqual(
      ['id_ed25519-shop', 'id_rsa-shop'].map((name) => ({ path: join(home, '.ssh', name), required: true })),
    )
  })

  test('whose op_key fits no file is refused with the pattern', async () => {
    await expect(resolve({ 'sshd.ip': 'h', op_key: 'nix' })).rejects.toThrow(UnreachableError)
    await expect(resolve({ 'sshd.ip': 'h', op_key: 'nix' })).rejects.toThrow('web1: no key file ~/.ssh/id_*-nix')
  })
})

// what is wrong, in the configuration or the attributes, and what is said of it
const wrong: readonly (readonly [string, string, Record<string, string>, string])[] = [
  ['no address', '', {}, 'web1 has no address. Set sshd.ip'],
  [
    'a jump that is an option',
    '',
    { 'sshd.ip': 'h', jump: '-oProxyCommand=x' },
    'deploy.ini:3: jump = -oProxyCommand=x',
  ],
  ['a jump with a broken port', '', { 'sshd.ip': 'h', jump: 'b:99999' }, 'is not a list of hosts'],
  ['an empty jump', '', { 'sshd.ip': 'h', jump: 'a,,b' }, 'is not a list of hosts'],
  ['a jump to itself', '', { 'sshd.ip': 'h', jump: 'h' }, 'the jump hosts go in a circle: h:22 by h:22 (deploy.ini:3)'],
  [
    'jumps in a circle',
    'Host a\n ProxyJump b\nHost b\n ProxyJump a',
    { 'sshd.ip': 'h', jump: 'a' },
    'the jump hosts go in a circle: h:22 by a:22 by b:22 by a:22 (ssh configuration)',
  ],
  ['transport', '', { 'sshd.ip': 'h', transport: 'telnet' }, 'Use one of ssh2, ssh'],
  ['an option as address', '', { 'sshd.ip': '-oProxyCommand=touch /tmp/x' }, 'is not an address'],
  ['an option as name', '', { name: '-oProxyCommand=x' }, "can't be named"],
  ['a name that is a command', '', { name: '$(id)' }, "can't be named"],
  ['an address with a user', '', { 'sshd.ip': 'ops@h' }, 'deploy.ini:2: sshd.ip = ops@h is not an address'],
  ['an address with a space', '', { 'sshd.ip': 'a b' }, 'is not an address'],
  ['an option as user', '', { 'sshd.ip': 'h', admin: '-x' }, 'is not a login name'],
  ['port 0', '', { 'sshd.ip': 'h', 'sshd.port': '0' }, 'is not a port'],
  ['port 65536', '', { 'sshd.ip': 'h', 'sshd.port': '65536' }, 'is not a port'],
  ['port 22a', '', { 'sshd.ip': 'h', 'sshd.port': '22a' }, 'deploy.ini:3: sshd.port = 22a is not a port'],
  ['hostkeys', '', { 'sshd.ip': 'h', hostkeys: 'no' }, 'Use one of yes, ask, accept-new'],
  ['a configuration ssh refuses', 'Nonsense yes', { 'sshd.ip': 'h' }, "can't be read"],
]

test.each(wrong)('%s is refused', async (_case, config, values, said) => {
  configure(config)
  await expect(resolve(values)).rejects.toThrow(UsageError)
  await expect(resolve(values)).rejects.toThrow(said)
})
