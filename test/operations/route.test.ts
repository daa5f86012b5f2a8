import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Finding } from '../../src/operations/doctor/finding.ts'
import { noRoute, reached, routeOf, whyNotReached } from '../../src/operations/doctor/route.ts'
import { workplace } from '../../src/operations/workplace.ts'
import { HostKeyRefused } from '../../src/transport/host-keys.ts'
import type { HostKeyPolicy } from '../../src/transport/policy.ts'
import type { Login, Target } from '../../src/transport/target.ts'
import type { Prompts } from '../../src/transport/types.ts'
import { UnreachableError, UsageError } from '../../src/words/errors.ts'
import { freePort, makeKey } from '../fixtures/sshd.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-route-'))
const keyFile = join(folder, 'id')
const bareKey = join(folder, 'bare')
/** Listens, and says nothing. */
let server: Server
let port = 0
beforeAll(async () => {
  makeKey(keyFile, 'ed25519')
  makeKey(bareKey, 'ed25519')
  rmSync(`${bareKey}.pub`)
  server = createServer((socket) => void socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  port = typeof address === 'object' && address ? address.port : 0
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const knownHosts: HostKeyPolicy = {
  ...{ kind: 'known-hosts', mode: 'yes', names: ['web1.example'], hashed: false },
  ...{ userFiles: ['/home/me/.ssh/known_hosts'], globalFiles: [] },
}
const noLogin: Login = { privateKeys: [], keyFiles: [], onlyTheseKeys: true }

function target(more: Partial<Target> = {}): Target {
  return { name: 'web1', host: '127.0.0.1', port, user: 'ops', login: noLogin, hostKey: knownHosts, ...more }
}

function attributes(values: Readonly<Record<string, string>>) {
  return new Map(Object.entries(values).map(([key, value]) => [key, { value, from: 'deploy.ini:1' }]))
}

describe('the way to a node', () => {
  const place = { ...workplace({}), home: folder }
  const prompts: Prompts = { secret: async () => undefined, confirm: async () => false }
  const node = attributes({ name: 'web1', 'sshd.ip': '192.0.2.11', admin: 'ops' })

  test('is none where it is embedded', async () => {
    expect(await routeOf(attributes({ name: 'demo', embedded: 'yes' }), place)).toBeUndefined()
  })

  test.each([
    ['nobody can answer', 'yes', {}],
    ['somebody can', 'ask', { prompts }],
  ])('judges a new host key by whether anybody can answer: %s', async (_, mode, more) => {
    expect(await routeOf(node, { ...place, ...more })).toMatchObject({ hostKey: { mode } })
  })

  test('leads by the agent of the environment', async () => {
    const env = { SSH_AUTH_SOCK: '/run/agent' }
    expect(await routeOf(node, { ...place, env })).toMatchObject({ login: { agentSocket: '/run/agent' } })
  })
})

describe('a login that worked', () => {
  const told = (findings: readonly Finding[]) => findings.map(({ check, text }) => `${check}: ${text}`)

  test('on an embedded node has shown the login alone', () => {
    expect(told(reached(undefined, 'demo (embedded)'))).toEqual(['login: demo (embedded)'])
  })

  test('names the hosts on the way, and what was offered', () => {
    const jumps = ['gate', 'inner'].map((host) => target({ host }))
    const keyFiles = [keyFile, join(folder, 'gone')].map((path) => ({ path, required: false }))
    const login = { ...noLogin, keyFiles, agentSocket: '/run/agent' }
    const lines = told(reached(target({ port: 22, jumps, login }), 'ops@127.0.0.1'))
    expect(lines).toContain('address: 127.0.0.1, by way of gate, inner')
    expect(lines).toContain(`login: ops@127.0.0.1, offered: agent, key ${keyFile}`)
  })

  test('says where nothing had to be offered', () => {
    expect(told(reached(target(), 'ops@127.0.0.1'))).toContain('login: ops@127.0.0.1, offered: nothing')
  })
})

test.each([
  ['a deploy file without an address', new UsageError('no sshd.ip.'), { check: 'address', mend: 'conc show web1' }],
  ['anything else', new UnreachableError('ssh -G fails.'), { check: 'login' }],
])('the way can not be worked out by %s', (_, error, finding) => {
  expect(noRoute(error, 'web1')).toEqual({ ok: false, text: error.message, ...finding })
})

describe('a login that failed', () => {
  const failure = new UnreachableError('it did not let ops in.')
  const why = async (route: Target | undefined, error: unknown = failure) => (await whyNotReached(error, route)).at(-1)

  test.each<[string, () => Target | undefined]>([
    ['an embedded node', () => undefined],
    ['a host behind another', () => target({ jumps: [target()] })],
    ["what only the system's ssh reaches", () => target({ system: { options: [], why: 'ProxyCommand' } })],
  ])('is told as it is for %s: from here nothing can be tried', async (_, route) => {
    expect(await whyNotReached(failure, route())).toEqual([{ check: 'login', ok: false, text: failure.message }])
  })

  test.each<[string, () => Target | Promise<Target>, string]>([
    ['a name that is not found', () => target({ host: 'web1.invalid' }), 'address'],
    ['a port on which nobody listens', async () => target({ port: await freePort() }), 'port'],
    ['a node that does not let in', () => target(), 'login'],
  ])('is told at the stage that stopped it: %s', async (_, route, stage) => {
    expect((await why(await route()))?.check).toBe(stage)
  })

  test('names the address that a name stands for', async () => {
    const [address] = await whyNotReached(failure, target({ host: 'localhost' }))
    expect(address?.text).toMatch(/^localhost is (127\.0\.0\.1|::1)$/)
  })

  test.each<[string, () => Login, string]>([
    [
      'the key that it has',
      () => ({ ...noLogin, keyFiles: [{ path: keyFile, required: true }] }),
      `-i ${keyFile}.pub `,
    ],
    ['what ssh-copy-id finds', () => ({ ...noLogin, keyFiles: [{ path: bareKey, required: true }] }), ''],
  ])('is mended by giving the node %s', async (_, login, words) => {
    expect((await why(target({ login: login() })))?.mend).toBe(`ssh-copy-id ${words}-p ${port} ops@127.0.0.1`)
  })

  test('is not mended by a key that can not be used', async () => {
    const broken = join(folder, 'broken')
    writeFileSync(broken, 'no key\n')
    const login = { ...noLogin, keyFiles: [{ path: broken, required: true }] }
    expect(await why(target({ login }))).toEqual({ check: 'login', ok: false, text: failure.message })
  })

  describe('for its host key', () => {
    const key = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIGRlYWRiZWVmZGVhZGJlZWZkZWFkYmVlZmRlYWRiZWVm', 'base64')
    const refused = (kind: HostKeyRefused['kind']) => new HostKeyRefused('its host key …', key, kind)
    const pinned: HostKeyPolicy = { kind: 'pinned', key }

    test.each<[HostKeyRefused['kind'], HostKeyPolicy, unknown]>([
      ['unknown', knownHosts, expect.stringMatching(/^once SHA256:\S+ was compared on the node: echo .* >> /)],
      ['changed', knownHosts, expect.stringContaining('ssh-keygen -R web1.example -f /home/me/.ssh/known_hosts')],
      ['revoked', knownHosts, undefined],
      ['not-pinned', pinned, undefined],
    ])('says what mends one that is %s', async (kind, hostKey, mend) => {
      const found = await why(target({ hostKey }), refused(kind))
      expect([found?.check, found?.mend]).toEqual(['host key', mend])
    })

    test('finds it below what was thrown', async () => {
      const error = new UnreachableError('it can not be reached.', { cause: refused('revoked') })
      expect((await why(target(), error))?.check).toBe('host key')
    })
  })
})
