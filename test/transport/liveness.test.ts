import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { lookUpNames } from '../../src/transport/known-hosts.ts'
import { watchLiveness } from '../../src/transport/liveness.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { Target } from '../../src/transport/target.ts'
import { startProxy } from '../fixtures/proxy.ts'
import { type Sshd, startSshd } from '../fixtures/sshd.ts'
import { startThinLine } from '../fixtures/thin.ts'
import { bytesOf } from './contract.ts'

describe('a socket', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
  afterEach(() => void vi.useRealTimers())

  const minute = 60_000

  // what happens every 5 s, whether it is life
  const signs: readonly (readonly [string, (socket: Counted) => void, boolean])[] = [
    ['moves nothing', () => {}, false],
    ['hears a byte', (socket) => hear(socket), true],
    ['hands on bytes while others wait', (socket) => handOn(socket), true],
    ['gets more to send, and none of it goes', (socket) => grow(socket), false],
  ]
  test.each(signs)('that %s, with bytes waiting to be sent: alive %s', (_case, act, alive) => {
    expect(isAliveAfter(minute, counted({ bytesWritten: 500, writableLength: 500 }), act)).toBe(alive)
  })

  test('whose pings are taken over by the system and never answered is dead', () => {
    expect(isAliveAfter(minute, counted({}), (socket) => handOn(socket))).toBe(false)
  })

  test('is dead within 30 s, and that is told once', () => {
    const dead = vi.fn()
    watchLiveness(counted({}), dead)
    vi.advanceTimersByTime(23_000)
    expect(dead).not.toHaveBeenCalled()
    vi.advanceTimersByTime(6_000)
    expect(dead).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(minute)
    expect(dead).toHaveBeenCalledOnce()
  })

  test('that is no longer watched is not dead', () => {
    const dead = vi.fn()
    watchLiveness(counted({}), dead)()
    vi.advanceTimersByTime(minute)
    expect(dead).not.toHaveBeenCalled()
  })

  interface Counted {
    bytesRead: number
    bytesWritten: number
    writableLength: number
  }

  function counted(change: Partial<Counted>): Counted {
    return { bytesRead: 0, bytesWritten: 0, writableLength: 0, ...change }
  }

  function hear(socket: Counted): void {
    socket.bytesRead += 1
  }

  function handOn(socket: Counted): void {
    socket.bytesWritten += 100
  }

  function grow(socket: Counted): void {
    socket.bytesWritten += 1000
    socket.writableLength += 1000
  }

  function isAliveAfter(time: number, socket: Counted, act: (socket: Counted) => void): boolean {
    const dead = vi.fn()
    const stop = watchLiveness(socket, dead)
    for (let passed = 0; passed < time; passed += 5_000) {
      act(socket)
      vi.advanceTimersByTime(5_000)
    }
    stop()
    return dead.mock.calls.length === 0
  }
})

describe('a real line', () => {
  let sshd: Sshd
  let jump: Sshd
  beforeAll(async () => {
    ;[sshd, jump] = await Promise.all([startSshd(), startSshd()])
  })
  afterAll(async () => void (await Promise.all([sshd?.stop(), jump?.stop()])))

  /** The same server behind another port. */
  function behind(port: number, server: Sshd): Target {
    const file = `${server.knownHostsFile}.any`
    writeFileSync(file, readFileSync(server.knownHostsFile, 'utf8').replace(/^\S+/, '*'))
    const names = lookUpNames('127.0.0.1', port)
    const rest = { mode: 'yes', userFiles: [file], globalFiles: [], hashed: false } as const
    return { ...server.target(), port, hostKey: { kind: 'known-hosts', names, ...rest } }
  }

  // 16 kB a second for 40 s: longer than any silence that is allowed, and the pings wait behind it all.
  const ways = [
    ['by ssh2', (port: number) => behind(port, sshd)],
    ["by the system's ssh", (port: number) => ({ ...behind(port, sshd), transport: 'ssh' as const })],
    [
      'by ssh2 through a jump host',
      (port: number) => ({ ...sshd.target(), jumps: [{ ...behind(port, jump), name: 'jump' }] }),
    ],
  ] as const

  test.concurrent.each(ways)('that is thin carries a long upload %s', { timeout: 120_000 }, async (name, targetAt) => {
    const line = await startThinLine(name.endsWith('jump host') ? jump.port : sshd.port, 16_000)
    const connection = await connectSsh(targetAt(line.port))
    const channel = await connection.open('wc -c')
    channel.stderr.resume()
    const began = performance.now()
    channel.stdin.end(Buffer.alloc(640_000))
    const said = (await bytesOf(channel.stdout)).toString().trim()
    expect(performance.now() - began).toBeGreaterThan(35_000)
    expect(said).toBe('640000')
    expect(line.passed()).toBeGreaterThan(640_000)
    await connection.close()
    await line.close()
  })

  test.concurrent.each([
    ['that is idle', ways[0][1], 0],
    ['that is uploading', ways[0][1], 8_000_000],
    ["that the system's ssh uses", ways[1][1], 0],
  ] as const)(
    '%s and dies without a word is noticed in under 32 s',
    { timeout: 120_000 },
    async (_case, targetAt, bytes) => {
      const line = await startProxy(sshd.port)
      const connection = await connectSsh(targetAt(line.port))
      const channel = await connection.open('cat >/dev/null')
      for (const stream of [channel.stdout, channel.stderr]) stream.resume()
      line.stall()
      const began = performance.now()
      if (bytes > 0) channel.stdin.write(Buffer.alloc(bytes))
      expect(await connection.gone).toBe('it stopped answering')
      expect(performance.now() - began).toBeLessThan(32_000)
      await connection.close()
      await line.close()
    },
  )
})
