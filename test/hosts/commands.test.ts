import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localHost } from '../../src/hosts/local.ts'
import type { Host } from '../../src/ops/types.ts'
import { closeLink, type Link, openLink } from '../../src/run/link.ts'
import { openNode } from '../../src/run/opennode.ts'
import { Vault } from '../../src/run/vault.ts'
import { Secret } from '../../src/secrets/secret.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import { isAlive } from '../fixtures/agent.ts'
import { isRoot, type Sshd, startSshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'

const password = `it's "right" $now`
const folder = mkdtempSync(join(tmpdir(), 'conc-commands-'))
execFileSync('chmod', ['1777', folder])
let sshd: Sshd
let link: Link

beforeAll(async () => {
  sshd = await startSshd(isRoot ? { loginShell: '/bin/sh' } : {})
  link = await openLink(() => connectSsh(sshd.target()))
})
afterAll(async () => {
  await closeLink(link)
  await sshd.stop()
  rmSync(folder, { recursive: true })
})

/** The node on this link, where sudo's password is asked for so. */
function opened(on: Link, sudoPassword: () => Promise<Secret | undefined> = async () => undefined) {
  return openNode(on, { vault: new Vault(), ports: { sudoPassword }, trusted: false, who: 'web1: a test' })
}

describe.each(['local', 'remote'] as const)('a command of an op, %s', (side) => {
  const host = (): Host => (side === 'local' ? localHost(folder) : opened(link).host)

  test('that takes too long is ended, and what it started too', async () => {
    const pidFile = join(folder, `${side}.pid`)
    const script = `sleep 300 & echo $! >${pidFile}; wait`
    const { timedOut } = await host().run(['sh', '-c', script], { timeout: 1_000 })
    expect(timedOut).toBe(true)
    expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false)
  })

  test('that is quick enough is not late', async () => {
    expect(await host().run(['sh', '-c', 'exit 3'], { timeout: 60_000 })).toMatchObject({ exit: 3 })
  })

  test('runs beside others', async () => {
    const own = opened(link)
    const both = side === 'local' ? host() : own.host
    const flag = join(folder, `${side}.flag`)
    const waits = both.run(['sh', '-c', `until [ -e ${flag} ]; do sleep 0.1; done; echo seen`], { timeout: 20_000 })
    await both.run(['touch', flag])
    expect((await waits).stdout.toString()).toBe('seen\n')
    await own.close()
  })
})

test('commands beside each other do with as many sessions as the server lets in', async () => {
  const narrow = await startSshd({ user: sshd.user, config: ['MaxSessions 2'] })
  const way = await openLink(() => connectSsh(narrow.target()))
  const { host, close } = opened(way)
  try {
    const numbers = Array.from({ length: 12 }, (_, at) => String(at))
    const results = await Promise.all(numbers.map((number) => host.run(['echo', number])))
    expect(results.map(({ stdout }) => stdout.toString().trim())).toEqual(numbers)
  } finally {
    await close()
    await closeLink(way)
    await narrow.stop()
  }
})

describe.runIf(isRoot)('a command as another user', () => {
  beforeAll(() => {
    execFileSync('chpasswd', { input: `${sshd.user}:${password}\n` })
    writeFileSync(`/etc/sudoers.d/${sshd.user}`, `${sshd.user} ALL=(ALL) ALL\n`, { mode: 0o440 })
  })
  afterAll(() => rmSync(`/etc/sudoers.d/${sshd.user}`))

  test('has the password asked for once, in every session', async () => {
    let asked = 0
    const { host, close } = opened(link, async () => {
      asked += 1
      return new Secret('sudo', password)
    })
    const all = await Promise.all(Array.from({ length: 6 }, () => host.run(['id', '-un'], { as: 'root' })))
    expect(all.map(({ stdout }) => stdout.toString())).toEqual(Array(6).fill('root\n'))
    expect(asked).toBe(1)
    await close()
  })

  test('is refused when nobody gives the password', async () => {
    const run = opened(link).host.run(['id'], { as: 'root' })
    await expect(run).rejects.toThrow(/^web1: a test, and sudo wants a password that nobody gives\. It says: /)
  })

  test('is ended with all it started when it takes too long', async () => {
    const pidFile = join(folder, 'root.pid')
    const { host, close } = opened(link, async () => new Secret('sudo', password))
    const script = `sleep 300 & echo $! >${pidFile}; wait`
    const { timedOut } = await host.run(['sh', '-c', script], { as: 'root', timeout: 1_500 })
    expect(timedOut).toBe(true)
    expect(existsSync(pidFile)).toBe(true)
    await until(() => !isAlive(Number(readFileSync(pidFile, 'utf8'))))
    await close()
  })
})
