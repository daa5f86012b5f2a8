import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Attributes } from '../../src/deployfile/types.ts'
import { parseJump } from '../../src/transport/jump.ts'
import type { HostKeyMode } from '../../src/transport/policy.ts'
import { resolveTarget } from '../../src/transport/resolve.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import { LostError } from '../../src/words/errors.ts'
import { freePort, makeKey, type Sshd, startSshd } from '../fixtures/sshd.ts'
import { outcomeOf, runOn } from './contract.ts'
import { answering, echo, refusal } from './scene.ts'

describe('a list of jump hosts', () => {
  test.each([
    ['none', []],
    ['None', []],
    ['bastion', [{ host: 'bastion' }]],
    ['ops@bastion:2200', [{ host: 'bastion', user: 'ops', port: 2200 }]],
    ['a, b:22 ,ops@c', [{ host: 'a' }, { host: 'b', port: 22 }, { host: 'c', user: 'ops' }]],
    [
      '[2001:db8::1]:22,ops@[::1]',
      [
        { host: '2001:db8::1', port: 22 },
        { host: '::1', user: 'ops' },
      ],
    ],
    ['me@corp@bastion', [{ host: 'bastion', user: 'me@corp' }]],
    ['ssh://ops@bastion:22', [{ host: 'bastion', user: 'ops', port: 22 }]],
  ])('%s is read', (text, hops) => {
    expect(parseJump(text, 'deploy.ini:1')).toEqual(hops)
  })

  test.each(['', ',', 'a,', '-oX=1', 'a b', '@a', '-l@a', 'a:0', 'a:65536', 'a:x', '::1', 'a;b', '$(id)', 'a@'])(
    '%j is refused',
    (text) => {
      expect(() => parseJump(text, 'deploy.ini:1')).toThrow('deploy.ini:1: jump = ')
    },
  )
})

describe('through jump hosts', () => {
  const servers: Record<'outer' | 'inner' | 'node', Sshd | undefined> = {
    outer: undefined,
    inner: undefined,
    node: undefined,
  }
  let folder: string

  const of = (name: keyof typeof servers): Sshd => servers[name] ?? expect.unreachable(`${name} runs`)

  beforeAll(async () => {
    const [outer, inner, node] = await Promise.all([startSshd(), startSshd(), startSshd()])
    Object.assign(servers, { outer, inner, node })
    folder = mkdtempSync(join(node.folder, 'case-'))
  })
  afterAll(async () => {
    await Promise.all(Object.values(servers).map((server) => server?.stop()))
  })

  /** An ssh configuration that knows the three servers by name; `change` is put before it. */
  function configured(change = ''): string {
    const path = join(mkdtempSync(join(folder, 'config-')), 'config')
    const hosts = (['outer', 'inner', 'node'] as const).map((name) => {
      const { port, keyFile, knownHostsFile, user } = of(name)
      const lines = [
        `HostName 127.0.0.1`,
        `Port ${port}`,
        `User ${user}`,
        `IdentityFile ${keyFile}`,
        'IdentitiesOnly yes',
      ]
      return `Host ${name}\n${[...lines, `UserKnownHostsFile ${knownHostsFile}`].join('\n')}\n`
    })
    writeFileSync(path, `${change}\n${hosts.join('')}Host *\nGlobalKnownHostsFile /dev/null\nIdentityAgent none\n`, {
      mode: 0o600,
    })
    return path
  }

  async function target(values: Record<string, string>, change?: string, hostKeyDefault: HostKeyMode = 'yes') {
    const all = Object.entries({ name: 'node', ...values })
    const attributes: Attributes = new Map(all.map(([key, value]) => [key, { value, from: 'deploy.ini:1' }]))
    return resolveTarget(attributes, { home: folder, sshConfig: configured(change), hostKeyDefault })
  }

  // attributes, configuration, the ports on the way
  const ways: readonly (readonly [string, Record<string, string>, string, readonly (keyof typeof servers)[]])[] = [
    ['none', { jump: 'none' }, 'Host node\nProxyJump outer', []],
    ['the attribute', { jump: 'outer' }, '', ['outer']],
    ['two of them', { jump: 'outer,inner' }, '', ['outer', 'inner']],
    ['the configuration', {}, 'Host node\nProxyJump outer,inner', ['outer', 'inner']],
    ['the attribute before the configuration', { jump: 'inner' }, 'Host node\nProxyJump outer', ['inner']],
    ['a jump host that has one itself', { jump: 'inner' }, 'Host inner\nProxyJump outer', ['outer', 'inner']],
    ['a jump host for all but itself', {}, 'Host *\nProxyJump outer', ['outer']],
  ]
  test.each(ways)('by %s', async (_case, values, change, way) => {
    const found = await target(values, change)
    expect(found.jumps?.map(({ port }) => port) ?? []).toEqual(way.map((name) => of(name).port))
    const connection = await connectSsh(found)
    const said = (await runOn(connection, 'echo $SSH_CONNECTION; ps -o args= -p $PPID')).stdout.toString()
    await connection.close()
    expect(said.split(/\s/)[3]).toBe(String(of('node').port))
  })

  test("the system's ssh goes the same way", async () => {
    expect(await echo(await target({ jump: 'outer,inner', transport: 'ssh' }))).toBe('in\n')
  })

  test("the system's ssh goes it all when a jump host is beyond ssh2", async () => {
    const strange = await startSshd({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] })
    const { port, keyFile, knownHostsFile } = strange
    const change = `Host outer\nPort ${port}\nIdentityFile ${keyFile}\nUserKnownHostsFile ${knownHostsFile}`
    const connection = await connectSsh(await target({ jump: 'outer' }, change))
    expect(connection.label).toMatch(/ \(ssh\)$/)
    await connection.close()
    await strange.stop()
  })

  test('closing the connection ends the logins at the jump hosts too', async () => {
    const connection = await connectSsh(await target({ jump: 'outer,inner' }))
    const [outer, inner] = [loginsOf(of('outer')), loginsOf(of('inner'))]
    expect([outer, inner]).toEqual([1, 1])
    await connection.close()
    expect(await connection.gone).toBe('closed')
    await expect.poll(() => loginsOf(of('outer')) + loginsOf(of('inner'))).toBe(0)
  })

  test('an unknown or changed host key of a jump host is refused, and named', async () => {
    const empty = join(folder, 'empty')
    writeFileSync(empty, '')
    const known = await target({ jump: 'outer,inner' }, `Host inner\nUserKnownHostsFile ${empty}`)
    expect(await refusal(known)).toMatch(
      new RegExp(`^node \\(jump host inner\\): the host key of 127.0.0.1 port ${of('inner').port} is not known`),
    )
    makeKey(join(folder, 'other'), 'ed25519')
    const other = readFileSync(join(folder, 'other.pub'), 'utf8')
    writeFileSync(join(folder, 'wrong'), `[127.0.0.1]:${of('outer').port} ${other}`)
    const changed = await target({ jump: 'outer' }, `Host outer\nUserKnownHostsFile ${join(folder, 'wrong')}`)
    expect(await refusal(changed, answering(undefined, true))).toMatch(/^node \(jump host outer\): .* has changed/)
  })

  test('an unknown host key of a jump host is asked about, and remembered', async () => {
    const empty = join(folder, 'asked')
    const asked = await target({ jump: 'outer' }, `Host outer\nUserKnownHostsFile ${empty}`, 'ask')
    const prompts = answering(undefined, true)
    expect(await echo(asked, prompts)).toBe('in\n')
    expect(prompts.questions).toEqual([expect.stringContaining('The host key of node (jump host outer)')])
    expect(await echo(asked)).toBe('in\n')
  })

  test('a login that a jump host refuses is named', async () => {
    const stranger = join(folder, 'stranger')
    makeKey(stranger, 'ed25519')
    const refused = await target({ jump: 'inner' }, `Host inner\nIdentityFile ${stranger}\nUser nobody-here`)
    expect(await refusal(refused)).toMatch(
      new RegExp(
        `^node \\(jump host inner\\): 127.0.0.1 port ${of('inner').port} refused the login of nobody-here. Tried: key`,
      ),
    )
  })

  test('a jump host that is not there is named', async () => {
    const port = await freePort()
    expect(await refusal(await target({ jump: `outer,127.0.0.1:${port}` }))).toBe(
      `node (jump host 127.0.0.1): the jump host node (jump host outer) can't reach 127.0.0.1 port ${port}: Connection refused.`,
    )
    expect(await refusal(await target({ jump: `127.0.0.1:${port}` }))).toContain(
      `node (jump host 127.0.0.1): 127.0.0.1 refuses connections on port ${port}`,
    )
  })

  test('a jump host that forbids forwarding is named, with the setting', async () => {
    const strict = await startSshd({ config: ['AllowTcpForwarding no'] })
    const [hop] = (await target({ jump: 'outer' })).jumps ?? []
    const message = await refusal({
      ...of('node').target(),
      jumps: hop ? [{ ...strict.target(), name: hop.name }] : [],
    })
    await strict.stop()
    expect(message).toContain('the jump host node (jump host outer) forbids connections to 127.0.0.1')
    expect(message).toContain('AllowTcpForwarding')
  })

  test('a jump host that dies while a command runs ends the connection, which says so', async () => {
    const connection = await connectSsh(await target({ jump: 'outer,inner' }))
    const outcome = outcomeOf(await connection.open('echo up; exec cat'))
    of('outer').killSessions()
    expect(await connection.gone).toMatch(
      /^the connection to node \(jump host inner\) is gone: the connection to node \(jump host outer\) is gone: /,
    )
    await outcome
    await expect(connection.open('true')).rejects.toThrow(LostError)
    await expect(connection.open('true')).rejects.toThrow('jump host outer')
    await connection.close()
  })
})

function loginsOf(server: Sshd): number {
  return server.sessions().length
}
