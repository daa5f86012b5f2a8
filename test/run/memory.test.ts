import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { program } from '../fixtures/conc.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, makeScene, open, type Scene, startNode } from './scene.ts'

let sshd: Sshd
let scene: Scene
beforeAll(async () => {
  sshd = await startNode()
  scene = makeScene(sshd)
  scene.steps(open, 'a = remote sh "head -c 1073741824 /dev/zero"', close)
})
afterAll(async () => {
  scene.remove()
  await sshd.stop()
})

const gibibyte = ['head', '-c', '1073741824', '/dev/zero'] as const

test.each([[['run', 'release', 'web1', '-q']], [['exec', 'web1', '--', ...gibibyte]]])(
  '1 GiB of output of conc %j needs less than 200 MB',
  { timeout: 120_000 },
  async (args) => {
    const { home, folder } = scene.station
    const env = { PATH: process.env.PATH, HOME: home }
    const child = spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: 'ignore' })
    let peak = 0
    const look = setInterval(() => {
      peak = Math.max(peak, peakMemory(child.pid ?? 0))
    }, 50)
    const [exit] = await once(child, 'close')
    clearInterval(look)
    expect(exit).toBe(0)
    expect(peak).toBeGreaterThan(0)
    expect(peak).toBeLessThan(200e6)
  },
)

/** The most memory that a process has had, in bytes; 0 when it is gone. */
function peakMemory(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
