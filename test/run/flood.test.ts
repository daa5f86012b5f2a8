import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { program } from '../fixtures/conc.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { close, makeScene, open, startNode, step } from './scene.ts'
import { nodeKnows, placed } from './wish.ts'

let sshd: Sshd
beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())

const size = 200_000_000
const wishes = [
  { times: 1, status: 'OK' },
  { times: 2, status: 'STOPPED' },
]

test.each((['remote', 'local'] as const).flatMap((side) => wishes.map((wish) => ({ side, ...wish }))))(
  'a $side step that is asked $times times to halt after 200 MB is $status, in little memory and with 1 MiB kept',
  { timeout: 120_000 },
  async ({ side, times, status }) => {
    const scene = makeScene(sshd)
    const print = `${placed}; head -c ${size} /dev/zero; true >$dir/much; while [ ! -e $dir/go ]; do echo more; done`
    scene.steps(open, step('a', side, print), step('b', side), close)
    const { home, folder } = scene.station
    const env = { PATH: process.env.PATH, HOME: home }
    const child = spawn(process.execPath, [program, 'run', 'release', 'web1', '-q'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const ended = once(child, 'close')
    await until(() => existsSync(join(scene.dir, 'much')), 90_000)
    for (const saying of [/halting/, /ending the step/].slice(0, times)) {
      child.kill('SIGINT')
      await until(() => saying.test(said))
    }
    const peak = peakMemory(child.pid ?? 0)
    if (side === 'remote' && times === 1) await nodeKnows(scene)
    if (times === 1) scene.openGate()
    expect((await ended)[0]).toBe(5)
    expect(peak).toBeGreaterThan(0)
    expect(peak).toBeLessThan(200e6)
    expect((await scene.status()).stands).toEqual(['open OK', `a ${status}`, 'b PENDING', 'close PENDING'])
    expect(statSync(join(scene.bundle, 'output', '2-a.1.out')).size).toBe(1024 * 1024)
    scene.remove()
  },
)

/** The most memory that a process has had, in bytes. */
function peakMemory(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
}
