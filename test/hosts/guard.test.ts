import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { awaitGuards } from '../../src/hosts/guard.ts'
import { isAlive } from '../fixtures/agent.ts'
import { processOf } from '../fixtures/module.ts'
import { until } from '../fixtures/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-guarded-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a command that hears no TERM. */
const deaf = `
import { runChild } from 'SRC/hosts/child.ts'
const script = "trap '' TERM; echo $$ >pid.part; mv pid.part pid; while :; do sleep 0.05; done"
await runChild(['sh', '-c', script], { cwd: process.cwd() })
`

test('who waits for the guards of a process that was killed meets nothing of what it ran', async () => {
  const [file, ...args] = processOf(deaf)
  const runner = spawn(file, args, { cwd: folder, stdio: 'ignore' })
  await until(() => existsSync(join(folder, 'pid')))
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
  const before = performance.now()
  await awaitGuards()
  expect([isAlive(pid), performance.now() - before < 500]).toEqual([true, true])
  runner.kill('SIGKILL')
  await once(runner, 'exit')
  expect(isAlive(pid)).toBe(true)
  await awaitGuards()
  await until(() => !isAlive(pid), 200)
})

/** Dies right after it has started a group, before it can say which. */
const hasty = `
import { spawn } from 'node:child_process'
import { standGuard } from 'SRC/hosts/guard.ts'
import { makeOutputPipes } from 'SRC/hosts/pipes.ts'
const [out, err] = await makeOutputPipes()
standGuard(out.name)
const script = "trap '' TERM; echo $$ >hasty.part; mv hasty.part hasty; while :; do sleep 0.05; done"
spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', out.childEnd, err.childEnd] })
process.kill(process.pid, 'SIGKILL')
`

test('a guard that was not told of a group finds it when whoever started it is dead', async () => {
  const [file, ...args] = processOf(hasty)
  spawn(file, args, { cwd: folder, stdio: 'ignore' })
  await until(() => existsSync(join(folder, 'hasty')))
  const pid = Number(readFileSync(join(folder, 'hasty'), 'utf8'))
  await until(() => !isAlive(pid))
})
