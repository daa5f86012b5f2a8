import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pidIn } from '../fixtures/agent.ts'
import { until } from '../fixtures/until.ts'
import { close, gated, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

test('a step that was found running is told with the time that the journal tells', async () => {
  scene.steps(open, step('a', 'remote', gated()), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  const { time } = await running.event((event) => event.event === 'step-start' && event.step === 'a')
  await until(() => scene.trace().length === 1)
  running.signal('SIGKILL')
  await running.ended
  await until(() => Date.now() - Date.parse(time) > 3000)
  const resuming = scene.other().start('resume', 'web1', '--json')
  const start = await resuming.event((event) => event.event === 'step-start' && event.step === 'a')
  scene.openGate()
  const { exit, events } = await resuming.ended
  expect(exit).toBe(0)
  // The journal has whole seconds.
  expect(start).toMatchObject({ began: expect.stringMatching(/Z$/) })
  const end = events.find((event) => event.event === 'step-end' && event.step === 'a')
  expect(end?.event === 'step-end' && end.ms).toBeGreaterThanOrEqual(2000)
  expect(end?.event === 'step-end' && end.ms % 1000).toBe(0)
})

test('a resume that is BLOCKED tells its end to who reads events', async () => {
  scene.steps(open, step('a', 'remote', gated()), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await running.event((event) => event.event === 'step-start' && event.step === 'a')
  const { exit, end, events } = await scene.other().conc('resume', 'web1', '--json')
  expect([exit, events.length]).toEqual([3, 1])
  const next = ['conc status web1']
  expect(end).toMatchObject({ status: 'BLOCKED', exitCode: 3, node: 'web1', holding: false, next })
  expect(end?.message).toContain('Its runner is connected')
  scene.openGate()
  expect((await running.ended).exit).toBe(0)
})

test('the journal and the report say who ended a step', async () => {
  scene.steps(open, step('a', 'remote', `sleep 600 & echo $! >$dir/pid; ${gated('never')}`), close)
  const running = scene.station.start('run', 'release', 'web1')
  await pidIn(join(scene.dir, 'pid'))
  running.signal('SIGTERM')
  await running.said(/halting/)
  running.signal('SIGTERM')
  const { exit, stdout } = await running.ended
  expect(exit).toBe(5)
  expect(scene.journal().at(-1)).toMatch(/^halt (\S+) a was ended by \1$/)
  expect(stdout).toMatch(/SIGTERM +conc ended it: the operator of this run asked for it/)
})
