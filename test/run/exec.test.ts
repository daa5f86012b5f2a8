import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { program } from '../fixtures/conc.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, makeScene, open, type Scene, startNode } from './scene.ts'

let sshd: Sshd
let scene: Scene
beforeAll(async () => {
  sshd = await startNode()
  scene = makeScene(sshd)
  scene.steps(open, close)
})
afterAll(async () => {
  scene.remove()
  await sshd.stop()
})

function exec(...command: readonly string[]) {
  const { home, folder } = scene.station
  return spawnSync(process.execPath, [program, 'exec', 'web1', '--', ...command], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: home },
    maxBuffer: 64 * 1024 * 1024,
  })
}

test('both streams of a command arrive byte by byte', () => {
  const [out, err] = [randomBytes(3_000_001), randomBytes(300_001)]
  writeFileSync(join(scene.dir, 'out'), out)
  writeFileSync(join(scene.dir, 'err'), err)
  const { stdout, stderr, status } = exec('sh', '-c', `cat ${scene.dir}/out; cat ${scene.dir}/err >&2`)
  expect([stdout.equals(out), stderr.equals(err), status]).toEqual([true, true, 0])
})

test.each([
  [['printf', 'no newline'], 'no newline', '', 0],
  [['sh', '-c', 'exit 3'], '', 'conc: web1: FAILED, exit 3\n', 1],
  [['false'], '', 'conc: web1: FAILED, exit 1\n', 1],
  [['no-such-program'], '', /exit 127: no such command\n$/, 1],
  [['sh', '-c', 'kill -KILL $$'], '', 'conc: web1: FAILED, killed by SIGKILL\n', 1],
  [['printf', '%s|', 'a b', '$HOME', "it's", '', '*', '--', '-n'], "a b|$HOME|it's||*|--|-n|", '', 0],
] as const)('exec of %j', (command, out, err, exit) => {
  const { stdout, stderr, status } = exec(...command)
  expect([stdout.toString(), status]).toEqual([out, exit])
  if (typeof err === 'string') expect(stderr.toString()).toBe(err)
  else expect(stderr.toString()).toMatch(err)
})
