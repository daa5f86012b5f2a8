import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { localTime } from '../../src/words/clock.ts'
import { contentOf, isAlive, pidIn } from '../fixtures/agent.ts'
import { until } from '../fixtures/until.ts'
import { close, expectOneStory, gated, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

const run = (...args: readonly string[]) => scene.station.conc('run', 'release', 'web1', '--json', ...args)

/** What stands in the step's end, and the exit code of the program. */
const ends: readonly (readonly [string, object, number])[] = [
  ['exit 3', { status: 'FAILED', exit: 3, why: 'exit 3' }, 1],
  ['exit 137', { status: 'FAILED', exit: 137, why: 'exit 137' }, 1],
  ['kill -KILL $$', { status: 'FAILED', signal: 'SIGKILL', why: 'killed by SIGKILL' }, 1],
  ['kill -TERM $$', { status: 'FAILED', signal: 'SIGTERM', why: 'killed by SIGTERM' }, 1],
  ['kill -SEGV $$', { status: 'FAILED', signal: 'SIGSEGV', why: 'killed by SIGSEGV' }, 1],
  ['no-such-program', { status: 'FAILED', exit: 127 }, 1],
]
const sides = ['remote', 'local'] as const
const rows = [
  ...ends.map(([script, end, exit]) => ({ side: 'remote' as const, script, end, exit })),
  ...ends
    .filter((_, index) => index % 2 === 0)
    .map(([script, end, exit]) => ({ side: 'local' as const, script, end, exit })),
]

test.each(rows)(
  'a $side step that does `$script` ends so, and no later step runs',
  async ({ side, script, end, exit }) => {
    // A shell names the signal only where it waited already when its child died.
    const b = step('b', side, `${gated()}; ${script}`)
    scene.steps(open, step('a', side), b, step('c', side), step('d', 'remote'), close)
    const running = scene.station.start('run', 'release', 'web1', '--json')
    await until(() => scene.trace().includes('b'))
    scene.openGate()
    const ended = await running.ended
    expect(ended.exit).toBe(exit)
    expect(ended.events.find((event) => event.event === 'step-end' && event.step === 'b')).toMatchObject(end)
    expect(scene.trace()).toEqual(['a', 'b'])
    expect(ended.end?.next[0]).toBe('conc resume web1 --retry')
    const { state, stands } = await expectOneStory(scene, ended)
    expect(state).toBe('FAILED')
    expect(stands).toEqual(['open OK', 'a OK', 'b FAILED', 'c PENDING', 'd PENDING', 'close PENDING'])
  },
)

test.each(sides)('a %s step over its time is TIMED OUT, and its processes are dead', async (side) => {
  const sleeper = 'sleep 600 & echo $! >$dir/pid; wait'
  scene.steps(open, step('a', side, sleeper, 'timeout=300ms'), step('b', 'remote'), close)
  const ended = await run()
  expect(ended.exit).toBe(6)
  expect(ended.end?.status).toBe('TIMED OUT')
  expect(isAlive(await pidIn(join(scene.dir, 'pid')))).toBe(false)
  expect(scene.trace()).toEqual(['a'])
  await expectOneStory(scene, ended)
})

test('a run that is not durable says so at its end', async () => {
  scene.steps(open, step('a', 'remote'), close)
  const ended = await run('--set', 'durable=no')
  expect(ended.exit).toBe(0)
  expect(ended.end).toMatchObject({ durable: false, message: expect.stringContaining('Not durable') })
})

test('a second run is BLOCKED, names who holds the bundle, and changes nothing', async () => {
  scene.steps(open, step('a', 'remote', 'exit 1'), close)
  await run()
  const { run: id, by, since } = await scene.status()
  const before = scene.journal()
  const second = await run()
  expect(second.exit).toBe(3)
  expect(second.end).toMatchObject({ status: 'BLOCKED', next: ['conc status web1'] })
  for (const known of [id, by, localTime(since ?? ''), ' ago and is ']) expect(second.end?.message).toContain(known)
  expect(scene.journal()).toEqual(before)
  expect(scene.trace()).toEqual(['a'])
})

test('a bundle on the workstation too is the lock of both sides', async () => {
  const lines = [
    'here = local open-bundle',
    open,
    step('a', 'remote', '[ -e $dir/go ]'),
    'leave = local close-bundle',
    close,
  ]
  scene.steps(...lines)
  const there = (station = scene.station) => existsSync(join(station.home, '.conc', scene.app))
  expect((await run()).exit).toBe(1)
  expect(there()).toBe(true)
  const same = await run()
  expect([same.exit, same.end?.message]).toEqual([3, expect.stringContaining('on this workstation is held by run')])
  const another = scene.other()
  expect((await another.conc('run', 'release', 'web1')).exit).toBe(3)
  expect(there(another)).toBe(false)
  scene.openGate()
  expect((await scene.station.conc('resume', 'web1', '--retry')).exit).toBe(0)
  expect(there()).toBe(false)
})

test('a pause without a terminal stops, and resuming is its answer', async () => {
  scene.steps(open, step('a', 'remote'), 'look = local pause "Look at it"', step('b', 'remote'), close)
  const ended = await run()
  expect(ended.exit).toBe(5)
  expect(ended.end).toMatchObject({ status: 'STOPPED', next: expect.arrayContaining(['conc resume web1']) })
  expect(ended.end?.message).toContain('Look at it')
  expect(scene.trace()).toEqual(['a'])
  expect((await scene.status()).state).toBe('STOPPED')
  const resumed = await scene.station.conc('resume', 'web1', '--json')
  expect(resumed.exit).toBe(0)
  expect(scene.trace()).toEqual(['a', 'b'])
  await expectOneStory(scene, resumed)
})

test('--until halts before its step, and says on the screen how to go on', async () => {
  scene.steps(open, step('a', 'remote'), step('b', 'remote'), close)
  const ended = await scene.station.conc('run', 'release', 'web1', '--until', 'b')
  expect(ended.exit).toBe(5)
  expect(ended.stdout).toContain('conc resume web1')
  const { state, stands } = await scene.status()
  expect(state).toBe('STOPPED')
  expect(stands).toEqual(['open OK', 'a OK', 'b PENDING', 'close PENDING'])
  expect((await scene.station.conc('resume', 'web1')).exit).toBe(0)
  expect(scene.trace()).toEqual(['a', 'b'])
})

test.each(sides)('SIGINT once halts after the %s step in progress', async (side) => {
  scene.steps(
    open,
    step('a', side, `out=$(readlink /proc/$$/fd/1); echo $out >$dir/stdout; ${gated()}`),
    step('b', 'remote'),
    close,
  )
  const running = scene.station.start('run', 'release', 'web1', '--json')
  const stdout = await contentOf(join(scene.dir, 'stdout'))
  running.signal('SIGINT')
  await running.said(/halting/)
  // The agent keeps its flags beside the pipe that a step writes to.
  if (side === 'remote') await until(() => existsSync(join(dirname(stdout), 'halt')))
  scene.openGate()
  const ended = await running.ended
  expect(ended.exit).toBe(5)
  expect(ended.end).toMatchObject({ status: 'STOPPED', next: expect.arrayContaining(['conc resume web1']) })
  expect(scene.trace()).toEqual(['a'])
  const { stands } = await expectOneStory(scene, ended)
  expect(stands).toEqual(['open OK', 'a OK', 'b PENDING', 'close PENDING'])
})

test.each(sides)('SIGINT twice ends the %s step in progress with its whole process group', async (side) => {
  scene.steps(open, step('a', side, `sleep 600 & echo $! >$dir/pid; ${gated('never')}`), step('b', 'remote'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  const sleeper = await pidIn(join(scene.dir, 'pid'))
  running.signal('SIGINT')
  await running.said(/halting/)
  running.signal('SIGINT')
  const ended = await running.ended
  expect(ended.exit).toBe(5)
  expect(ended.end).toMatchObject({ status: 'STOPPED', next: expect.arrayContaining(['conc resume web1 --retry']) })
  expect(isAlive(sleeper)).toBe(false)
  expect(scene.trace()).toEqual(['a'])
  expect((await expectOneStory(scene, ended)).stands[1]).toBe('a STOPPED')
})
