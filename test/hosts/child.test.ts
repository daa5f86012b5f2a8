import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChildOptions, runChild } from '../../src/hosts/child.ts'
import { endProcess, isAlive, pidIn } from '../fixtures/agent.ts'
import { processOf } from '../fixtures/module.ts'
import { until } from '../fixtures/until.ts'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'conc-child-'))
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

async function sh(script: string, more: Partial<ChildOptions> = {}) {
  const printed = { stdout: '', stderr: '' }
  const onData: ChildOptions['onData'] = (stream, bytes) => {
    printed[stream] += bytes.toString()
  }
  return { ...(await runChild(['sh', '-c', script], { cwd, onData, ...more })), ...printed }
}

test.each([
  ['echo out; echo err >&2', { exit: 0, stdout: 'out\n', stderr: 'err\n' }],
  ['echo err >/dev/stderr; echo out >/dev/stdout', { exit: 0, stdout: 'out\n', stderr: 'err\n' }],
  ['exit 3', { exit: 3 }],
  ['kill -KILL $$', { signal: 'SIGKILL' }],
  ['cat', { exit: 0, stdout: '' }],
])('`%s` ends so, with all it printed', async (script, end) => {
  expect(await sh(script)).toMatchObject({ alive: false, ...end })
})

test('input arrives whole, and a program that does not read it is none the worse', async () => {
  const input = Buffer.alloc(1_000_000, 'x')
  expect((await sh('wc -c', { input })).stdout.trim()).toBe('1000000')
  expect(await sh('exit 0', { input })).toMatchObject({ exit: 0 })
})

test('a program or a folder that is not there is a failure with its name', async () => {
  expect((await runChild(['no-such-program'], { cwd })).failure).toBe('there is no program no-such-program')
  expect((await runChild(['/etc/passwd'], { cwd })).failure).toBe('/etc/passwd may not be executed')
  expect((await runChild(['true', 'x'.repeat(1e6)], { cwd })).failure).toBe('its words are too long for one command')
  expect((await runChild(['true'], { cwd: '/no/such' })).failure).toBe('there is no folder /no/such')
})

test('output is read no faster than it is taken, and its end is not lost', async () => {
  let taken = 0
  const end = await runChild(['sh', '-c', 'head -c 1000000 /dev/zero'], {
    cwd,
    onData: async (_, bytes) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      taken += bytes.length
    },
  })
  expect([end.exit, taken]).toEqual([0, 1_000_000])
})

test('a process left behind that holds the output holds up nobody', async () => {
  const { exit, stdout } = await sh('sleep 600 & echo $!')
  expect(exit).toBe(0)
  expect(isAlive(Number(stdout))).toBe(true)
  endProcess(Number(stdout))
})

test.each([
  ['late', 'sleep 600 & echo $! >pid; wait'],
  ['late', "trap '' TERM; sleep 600 & echo $! >pid; wait; wait"],
])('a group that is %s is dead when that is told, whoever has to wait for its dead: `%s`', async (ended, script) => {
  const end = await sh(script, { timeout: 300 })
  expect(end).toMatchObject({ ended, alive: false })
  expect(isAlive(Number(readFileSync(join(cwd, 'pid'), 'utf8')))).toBe(false)
})

test('a signal that is aborted ends the group, before the start too', async () => {
  const abort = new AbortController()
  const over = sh('echo begun; sleep 600', { signal: abort.signal, onData: () => abort.abort() })
  expect(await over).toMatchObject({ ended: 'stopped', alive: false })
  expect(await sh('sleep 600', { signal: AbortSignal.abort() })).toMatchObject({ ended: 'stopped', alive: false })
})

test('a group that ignores TERM ends by KILL when whoever started it is killed', { timeout: 20_000 }, async () => {
  const pidFile = join(mkdtempSync(join(cwd, 'deaf-')), 'pid')
  const deaf = `trap "" TERM HUP; sleep 600 & echo $! >${pidFile}; wait`
  const text = `import { runChild } from 'SRC/hosts/child.ts'\nawait runChild(['sh', '-c', '${deaf}'], { cwd: '/' })`
  const [file, ...args] = processOf(text)
  const starter = spawn(file, args, { stdio: 'ignore' })
  const pid = await pidIn(pidFile)
  starter.kill('SIGKILL')
  await until(() => !isAlive(pid))
  expect(isAlive(pid)).toBe(false)
})
