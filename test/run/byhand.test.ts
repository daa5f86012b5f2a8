import { expect, test } from 'vitest'
import { until } from '../fixtures/until.ts'
import { close, expectOneStory, gated, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

test.each([
  ['--done', 'done', 'OK', 'step-done'],
  ['--skip', 'skip', 'SKIPPED', 'step-skip'],
])(
  'a step marked %s by another workstation is not run, and who and why is on the record',
  async (flag, word, status, event) => {
    scene.steps(open, step('a', 'remote'), step('b', 'remote'), step('c', 'remote'), close)
    expect((await scene.station.conc('run', 'release', 'web1', '--until', 'b')).exit).toBe(5)
    const marked = await scene.other().conc('mark', 'web1', 'b', flag, '-m', 'ran it in psql')
    expect(marked.exit, marked.stderr).toBe(0)
    expect(scene.journal().filter((line) => line.startsWith('mark'))).toEqual([
      expect.stringMatching(new RegExp(`^mark 3 b ${word} \\S+@\\S+ ran it in psql$`)),
    ])
    const { state, steps } = await scene.status()
    expect(state).toBe('STOPPED')
    expect(steps[2]).toEqual({ name: 'b', side: 'remote', status, byHand: true })
    const again = await scene.other().conc('mark', 'web1', 'b', flag, '-m', 'twice')
    expect([again.exit, again.stderr]).toEqual([2, `b is ${status} already: nothing to mark.\n`])
    const resumed = await scene.other().conc('resume', 'web1', '--json')
    expect(resumed.exit, resumed.stderr).toBe(0)
    expect(resumed.events).toContainEqual(expect.objectContaining({ event, step: 'b', byHand: true }))
    expect(scene.trace()).toEqual(['a', 'c'])
    await expectOneStory(scene, resumed)
  },
)

test('a failed step that was marked done is passed by', async () => {
  scene.steps(open, step('a', 'remote', 'exit 1'), step('b', 'remote'), close)
  await scene.station.conc('run', 'release', 'web1')
  expect((await scene.other().conc('mark', 'web1', '2', '--done', '-m', 'mended')).exit).toBe(0)
  expect((await scene.other().conc('resume', 'web1', '--json')).exit).toBe(0)
  expect(scene.trace()).toEqual(['a', 'b'])
})

test.each([
  ['remote', 'exit 3', 1, 'FAILED'],
  ['local', 'exit 3', 1, 'FAILED'],
  ['remote', 'sleep 600', 6, 'TIMED OUT'],
] as const)('a %s step that did `%s` is run again on --retry only', async (side, bad, exit, status) => {
  scene.steps(open, step('a', side, `[ -e $dir/go ] || ${bad}`, 'timeout=1s'), step('b', 'remote'), close)
  expect((await scene.station.conc('run', 'release', 'web1')).exit).toBe(exit)
  const refused = await scene.other().conc('resume', 'web1', '--json')
  expect(refused.exit).toBe(exit)
  expect(refused.end).toMatchObject({ status, next: expect.arrayContaining(['conc resume web1 --retry']) })
  expect(refused.events.map(({ event }) => event)).not.toContain('step-start')
  expect(scene.trace()).toEqual(['a'])
  expect((await scene.status()).stands[1]).toBe(`a ${status}`)
  scene.openGate()
  const retried = await scene.other().conc('resume', 'web1', '--retry', '--json')
  expect(retried.exit, retried.stdout).toBe(0)
  expect(retried.events).toContainEqual(expect.objectContaining({ event: 'step-start', step: 'a', attempt: 2 }))
  expect(scene.journal()).toContainEqual(expect.stringMatching(/^retry 2 a \S+@\S+$/))
  expect(scene.journal()).toContain('end 2 2 a OK exit=0 signal=-')
  expect(scene.trace()).toEqual(['a', 'a', 'b'])
  await expectOneStory(scene, retried)
})

test('resume of a free node is exit 2', async () => {
  scene.steps(open, step('a', 'remote'), close)
  const resumed = await scene.station.conc('resume', 'web1')
  expect(resumed.exit).toBe(2)
  expect(resumed.stderr).toContain('nothing to resume on web1')
})

test('resume, mark and unlock are BLOCKED while the runner is there, and disturb nothing', async () => {
  scene.steps(open, step('a', 'local', gated()), step('b', 'remote'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await until(() => scene.trace().includes('a'))
  const { run, state } = await scene.status()
  expect(state).toBe('RUNNING')
  const before = scene.journal()
  const resumed = await scene.other().conc('resume', 'web1', '--retry')
  expect([resumed.exit, resumed.stderr]).toEqual([3, expect.stringContaining('Its runner is connected')])
  expect((await scene.other().conc('mark', 'web1', 'b', '--done', '-m', 'no')).exit).toBe(3)
  expect((await scene.other().conc('unlock', 'web1', '--id', run ?? '', '-m', 'no')).exit).toBe(3)
  expect(scene.journal()).toEqual(before)
  scene.openGate()
  const ended = await running.ended
  expect(ended.exit).toBe(0)
  expect(scene.trace()).toEqual(['a', 'b'])
  await expectOneStory(scene, ended)
})
