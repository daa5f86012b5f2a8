import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAlive, pidIn } from '../fixtures/agent.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { close, gated, makeScene, open, startNode, step } from './scene.ts'

let sshd: Sshd
beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())

test('a worker that is killed on the node ends the run: the step is UNKNOWN, and nothing else starts', async () => {
  const scene = makeScene(sshd)
  scene.steps(open, step('a', 'remote', gated()), step('b', 'remote'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await running.event((event) => event.event === 'step-start' && event.step === 'a')
  await until(() => scene.trace().length === 1)
  const [worker = ''] = readFileSync(join(scene.bundle, 'epoch.1', 'worker'), 'utf8').split(' ')
  execFileSync('kill', ['-KILL', worker])
  const { exit, events } = await running.ended
  expect(exit).toBe(7)
  expect(events.find((event) => event.event === 'step-end' && event.step === 'a')).toMatchObject({ status: 'ERROR' })
  scene.openGate()
  expect((await scene.status()).stands).toEqual(['open OK', 'a UNKNOWN', 'b PENDING', 'close PENDING'])
  expect((await scene.other().conc('resume', 'web1')).exit).toBe(7)
  expect(scene.trace()).toEqual(['a'])
  scene.remove()
})

test('a local step ends with a runner that is killed, its whole group: it is LOST and UNKNOWN, and why is told', async () => {
  const scene = makeScene(sshd)
  const deaf = "trap '' HUP INT; sleep 600 & echo $! >$dir/pid; wait"
  scene.steps(open, step('a', 'local', deaf), step('b', 'remote'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  const pid = await pidIn(join(scene.dir, 'pid'))
  running.signal('SIGKILL')
  await running.ended
  await until(() => !isAlive(pid))
  await until(async () => (await scene.status()).state !== 'RUNNING')
  expect((await scene.status()).stands).toEqual(['open OK', 'a UNKNOWN', 'b PENDING', 'close PENDING'])
  expect((await scene.station.conc('status', 'web1')).stdout).toMatch(
    /LOST.*the runner is gone from \S+@\S+; how a ended is not known/s,
  )
  scene.remove()
})

test.each([
  ['emptied', (journal: string) => truncateSync(journal)],
  ['removed', (journal: string) => rmSync(journal)],
])('a journal that was %s is told, and nothing runs again', async (_, spoil) => {
  const scene = makeScene(sshd)
  scene.steps(step('early', 'local'), open, step('a', 'remote'), step('b', 'remote'), close)
  expect((await scene.station.conc('run', 'release', 'web1', '--until', 'b')).exit).toBe(5)
  spoil(join(scene.bundle, 'journal'))
  for (const command of ['status', 'resume']) {
    const { exit, stdout, stderr } = await scene.station.conc(command, 'web1')
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
    expect(stderr).toMatch(/has lost its beginning, so nobody can say what was done.* conc unlock web1 --id /)
  }
  expect(scene.trace()).toEqual(['early', 'a'])
  scene.remove()
})

test('a release that the disk of the node forgot is made up for by resuming', async () => {
  const scene = makeScene(sshd)
  scene.steps(open, step('a', 'remote'), close)
  const { events } = await scene.station.conc('run', 'release', 'web1', '--json')
  const past = join(sshd.home, '.conc', 'history', scene.app, events[0]?.run ?? '-')
  renameSync(past, scene.bundle)
  expect((await scene.station.conc('resume', 'web1')).exit).toBe(0)
  expect([existsSync(scene.bundle), existsSync(past), scene.trace()]).toEqual([false, true, ['a']])
  scene.remove()
})

test('a payload in folders without the right to write goes with its run', async () => {
  const scene = makeScene(sshd)
  const payload = `.conc/${scene.app}/payload`
  scene.steps(open, `a = remote sh "mkdir ${payload}/ro; touch ${payload}/ro/f; chmod 555 ${payload}/ro"`, close)
  const { exit, events } = await scene.station.conc('run', 'release', 'web1', '--json')
  const past = join(sshd.home, '.conc', 'history', scene.app, events[0]?.run ?? '-')
  expect([exit, existsSync(join(past, 'journal')), existsSync(join(past, 'payload'))]).toEqual([0, true, false])
  expect(events.filter(({ event }) => event === 'output')).toEqual([])
  scene.remove()
})
