import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { endProcess, isAlive, pidIn } from '../fixtures/agent.ts'
import type { Ended } from '../fixtures/conc.ts'
import { until } from '../fixtures/until.ts'
import { close, expectOneStory, gated, open, type Scene, sceneForEach, step } from './scene.ts'
import { nodeKnows, placed } from './wish.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

const sides = ['remote', 'local'] as const
const signals = ['SIGTERM', 'SIGHUP'] as const
const start = () => scene.station.start('run', 'release', 'web1', '--json')

const told = `${placed}; ${gated()}`

function output({ events }: Ended, name: string): string {
  return events.map((event) => (event.event === 'output' && event.step === name ? event.text : '')).join('')
}

async function goesOn(): Promise<void> {
  const resumed = await scene.other().conc('resume', 'web1', '--json')
  expect(resumed.exit, resumed.stdout).toBe(0)
  await expectOneStory(scene, resumed)
}

describe.each(signals)('%s without a terminal', (signal) => {
  test.each(sides)('halts after the %s step in progress, on the record, and the run can go on', async (side) => {
    scene.steps(open, step('a', side, told), step('b', side), close)
    const running = start()
    await until(() => existsSync(join(scene.dir, 'stdout')))
    running.signal(signal)
    await running.said(/halting/)
    if (side === 'remote') await nodeKnows(scene)
    scene.openGate()
    const ended = await running.ended
    expect(ended.exit).toBe(5)
    expect(ended.end).toMatchObject({ status: 'STOPPED', next: expect.arrayContaining(['conc resume web1']) })
    const { state, stands } = await expectOneStory(scene, ended)
    expect([state, ...stands]).toEqual(['STOPPED', 'open OK', 'a OK', 'b PENDING', 'close PENDING'])
    expect(scene.journal().at(-1)).toMatch(/^halt \S+@\S+ before b: /)
    await goesOn()
    expect(scene.trace()).toEqual(['a', 'b'])
  })
})

test.each(sides)('SIGTERM twice ends the %s step in progress', async (side) => {
  scene.steps(open, step('a', side, `sleep 600 & echo $! >$dir/pid; ${gated('never')}`), step('b', side), close)
  const running = start()
  const sleeper = await pidIn(join(scene.dir, 'pid'))
  running.signal('SIGTERM')
  await running.said(/halting/)
  running.signal('SIGTERM')
  const ended = await running.ended
  expect([ended.exit, isAlive(sleeper)]).toEqual([5, false])
  expect((await expectOneStory(scene, ended)).stands[1]).toBe('a STOPPED')
})

// A terminal that is closed sends it twice: the kernel to its foreground, and the shell to its jobs.
test.each(sides)('SIGHUP, however often, does not end the %s step in progress', async (side) => {
  scene.steps(open, step('a', side, told), step('b', side), close)
  const running = start()
  await until(() => existsSync(join(scene.dir, 'stdout')))
  running.signal('SIGHUP')
  await running.said(/halting/)
  running.signal('SIGHUP')
  running.signal('SIGHUP')
  if (side === 'remote') await nodeKnows(scene)
  scene.openGate()
  const ended = await running.ended
  expect(ended.exit).toBe(5)
  expect((await expectOneStory(scene, ended)).stands).toEqual(['open OK', 'a OK', 'b PENDING', 'close PENDING'])
})

describe('conc halt from elsewhere', () => {
  test.each(sides)('in a %s step halts after it', async (side) => {
    scene.steps(open, step('a', side, gated()), step('b', side), close)
    const running = start()
    await until(() => scene.trace().includes('a'))
    const asked = await scene.other().conc('halt', 'web1')
    expect([asked.exit, asked.stdout]).toEqual([0, expect.stringMatching(/^web1: run \S+ will halt after a\.\n$/)])
    scene.openGate()
    const ended = await running.ended
    expect([ended.exit, ended.end?.status]).toEqual([5, 'STOPPED'])
    const { state, stands } = await expectOneStory(scene, ended)
    expect([state, ...stands]).toEqual(['STOPPED', 'open OK', 'a OK', 'b PENDING', 'close PENDING'])
    await goesOn()
    expect(scene.trace()).toEqual(['a', 'b'])
  })

  test('in a batch of many steps halts between two of them', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `s${n}`)
    scene.steps(open, ...names.map((name) => step(name, 'remote', name === 's7' ? gated() : '')), close)
    const running = start()
    await until(() => scene.trace().includes('s7'))
    expect((await scene.other().conc('halt', 'web1')).exit).toBe(0)
    scene.openGate()
    const ended = await running.ended
    expect([ended.exit, ended.end?.message]).toEqual([5, expect.stringContaining('s8')])
    expect(scene.trace()).toEqual(names.slice(0, 8))
    await expectOneStory(scene, ended)
    await goesOn()
    expect(scene.trace()).toEqual(names)
  })

  test('of a run that has halted, or is not there, is refused', async () => {
    scene.steps(open, step('a', 'remote'), close)
    const none = await scene.station.conc('halt', 'web1')
    expect([none.exit, none.stderr]).toEqual([2, 'no run on web1 to halt.\n'])
    await scene.station.conc('run', 'release', 'web1', '--until', 'a')
    const halted = await scene.station.conc('halt', 'web1')
    expect([halted.exit, halted.stderr]).toEqual([2, expect.stringContaining('is STOPPED')])
  })
})

test.each(sides)('a %s step that ignores TERM is killed after five seconds, and all of its group', async (side) => {
  const stubborn = `trap : TERM; (trap : TERM; while :; do sleep 0.1 || :; done) & echo $! >$dir/pid; while :; do sleep 0.1 || :; done`
  scene.steps(open, step('a', side, stubborn), step('b', side), close)
  const running = start()
  const child = await pidIn(join(scene.dir, 'pid'))
  running.signal('SIGINT')
  await running.said(/halting/)
  const began = Date.now()
  running.signal('SIGINT')
  const ended = await running.ended
  expect([ended.exit, isAlive(child)]).toEqual([5, false])
  expect(Date.now() - began).toBeGreaterThan(4_500)
  expect(ended.events.find((event) => event.event === 'step-end' && event.step === 'a')).toMatchObject({
    status: 'STOPPED',
    signal: 'SIGKILL',
  })
  expect((await expectOneStory(scene, ended)).stands.slice(1, 3)).toEqual(['a STOPPED', 'b PENDING'])
})

test.each(sides)(
  'a daemon that a %s step leaves behind is told of, holds nothing, and prints into no other step',
  async (side) => {
    const daemon = `echo $$ >$dir/pid; ${gated()}; echo late; echo late >&2; echo >$dir/said; exec sleep 600`
    const leave = `echo before; (setsid sh $dir/daemon.sh &); while [ ! -s $dir/pid ]; do sleep 0.05; done`
    const next = `true >$dir/go; while [ ! -e $dir/said ]; do sleep 0.05; done; sleep 0.2; echo next`
    writeFileSync(join(scene.dir, 'daemon.sh'), `dir=${scene.dir}; ${daemon}\n`)
    scene.steps(open, step('a', side, leave), step('b', side, next, 'timeout=10s'), close)
    const ended = await scene.station.conc('run', 'release', 'web1', '--json')
    const pid = await pidIn(join(scene.dir, 'pid')).catch(() => undefined)
    try {
      expect(ended.exit, ended.stdout + ended.stderr).toBe(0)
      expect([output(ended, 'a'), output(ended, 'b')]).toEqual(['before\n', 'next\n'])
      expect(pid !== undefined && isAlive(pid)).toBe(true)
      const warnings = ended.events.filter((event) => event.event === 'note' && event.level === 'warning')
      expect(warnings).toMatchObject([{ step: 'a', message: expect.stringContaining('left behind') }])
      await expectOneStory(scene, ended)
    } finally {
      if (pid !== undefined) endProcess(pid)
    }
  },
)

describe('a step that closes its outputs and goes on', () => {
  test.each(sides.flatMap((side) => [0, 3].map((exit) => ({ side, exit }))))(
    'on the $side side is waited for, and its exit $exit is told',
    async ({ side, exit }) => {
      scene.steps(
        open,
        step('a', side, `exec >&- 2>&-; ${gated()}; sleep 0.5; echo over >>$trace; exit ${exit}`),
        step('b', side),
        close,
      )
      const running = start()
      await until(() => scene.trace().includes('a'))
      scene.openGate()
      const ended = await running.ended
      expect(ended.exit).toBe(exit === 0 ? 0 : 1)
      expect(scene.trace()).toEqual(exit === 0 ? ['a', 'over', 'b'] : ['a', 'over'])
      expect(ended.events.find((event) => event.event === 'step-end' && event.step === 'a')).toMatchObject({ exit })
    },
  )

  test.each(sides)('on the %s side is ended by the second Ctrl-C', async (side) => {
    scene.steps(open, step('a', side, 'exec >&- 2>&-; echo $$ >$dir/pid; sleep 600'), close)
    const running = start()
    const pid = await pidIn(join(scene.dir, 'pid'))
    running.signal('SIGINT')
    await running.said(/halting/)
    running.signal('SIGINT')
    expect([(await running.ended).exit, isAlive(pid)]).toEqual([5, false])
  })
})

test('a third Ctrl-C ends conc at once, which then knows nothing of the step', async () => {
  scene.steps(open, step('a', 'remote', `trap '' TERM; ${gated()}`), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await running.event((event) => event.event === 'step-start' && event.step === 'a')
  for (const said of [/halting after/, /ending the step/, /waits no longer/]) {
    running.signal('SIGINT')
    await running.said(said)
  }
  const { exit, end } = await running.ended
  expect([exit, end]).toEqual([7, undefined])
  scene.openGate()
  await until(async () => (await scene.status()).state !== 'RUNNING')
  // Whether the node still heard of the second is as it may be; what it says of the step is so.
  expect((await scene.status()).stands[1]).toMatch(/^a (OK|STOPPED)$/)
})
