import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { countTurns } from '../bench/turns.ts'
import { startProxy } from '../fixtures/proxy.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { close, expectOneStory, gated, makeScene, open, type Scene, startNode, step } from './scene.ts'

let sshd: Sshd
let scene: Scene
beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())
afterEach(() => scene.remove())

test('thirty remote steps go out together: nothing is sent between the first and the last', async () => {
  const proxy = await startProxy(sshd.port)
  scene = makeScene(sshd, {}, proxy.port)
  const names = Array.from({ length: 30 }, (_, index) => `s${index + 1}`)
  scene.steps(open, ...names.map((name) => step(name, 'remote')), close)
  const ended = await scene.station.conc('run', 'release', 'web1', '--json')
  expect(ended.exit, ended.stderr).toBe(0)
  expect(scene.trace()).toEqual(names)
  const timeOf = (kind: string, name: string) =>
    Date.parse(ended.events.find((event) => event.event === kind && 'step' in event && event.step === name)?.time ?? '')
  const [first, last] = [timeOf('step-start', 's1'), timeOf('step-end', 's30')]
  expect(last).toBeGreaterThan(first)
  expect(proxy.sent.filter((at) => at > first && at < last)).toEqual([])
  await expectOneStory(scene, ended)
  await proxy.close()
})

test('conc halt from another workstation halts between two steps that went out together', async () => {
  scene = makeScene(sshd)
  scene.steps(open, step('a', 'remote'), step('b', 'remote', gated()), step('c', 'remote'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await running.event((event) => event.event === 'step-start' && event.step === 'b')
  const halt = await scene.other().conc('halt', 'web1')
  expect(halt.exit, halt.stderr).toBe(0)
  expect(halt.stdout).toContain('will halt after b')
  scene.openGate()
  const ended = await running.ended
  expect(ended.exit).toBe(5)
  expect(ended.end?.message).toContain('at step 4, c')
  expect(scene.trace()).toEqual(['a', 'b'])
  const { state, stands } = await expectOneStory(scene, ended)
  expect([state, ...stands]).toEqual(['STOPPED', 'open OK', 'a OK', 'b OK', 'c PENDING', 'close PENDING'])
  const resumed = await scene.other().conc('resume', 'web1', '--json')
  expect(resumed.exit).toBe(0)
  expect(scene.trace()).toEqual(['a', 'b', 'c'])
  await expectOneStory(scene, resumed)
})

test('conc halt reaches a run in a local step too', async () => {
  scene = makeScene(sshd)
  scene.steps(open, step('a', 'local', gated()), step('b', 'local'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await until(() => scene.trace().includes('a'))
  expect((await scene.other().conc('halt', 'web1')).exit).toBe(0)
  scene.openGate()
  const ended = await running.ended
  expect(ended.exit).toBe(5)
  expect(scene.trace()).toEqual(['a'])
  expect((await expectOneStory(scene, ended)).state).toBe('STOPPED')
})

test('conc halt with nothing to halt exits 2', async () => {
  scene = makeScene(sshd)
  scene.steps(open, step('a', 'remote'), close)
  const halt = await scene.station.conc('halt', 'web1')
  expect([halt.exit, halt.stderr]).toEqual([2, 'no run on web1 to halt.\n'])
})

describe('a record that is under way when the line is cut, with what was sent behind it', () => {
  test.each([
    ['remote', 'still runs', 'begin 3 1 b remote', gated('later'), ''],
    ['remote', 'has ended', 'end 3 1 b OK', '', gated('later')],
    ['local', 'never began', 'begin 3 1 b local', '', ''],
  ] as const)('a %s step that %s runs once, and the run goes on', async (side, _where, last, b, c) => {
    const { ended, trace } = await cutAfter(last, step('b', side, b), step('c', 'remote', c))
    expect(ended.exit, ended.stdout).toBe(0)
    expect(trace).toEqual(['a', 'b', 'c'])
    expect(ended.stdout).toContain('"message":"re-attached"')
    await expectOneStory(scene, ended)
  })

  test('a run that has come to its end is told step by step', async () => {
    const { ended } = await cutAfter('end 5 1 close OK', step('b', 'remote'), step('c', 'remote'))
    expect(ended.exit, ended.stdout).toBe(0)
    expect(ended.events.flatMap((event) => (/^step-(end|done)$/.test(event.event) ? [nameIn(event)] : []))).toEqual([
      'open',
      'a',
      'b',
      'c',
      'close',
    ])
    await expectOneStory(scene, ended)
  })
})

function nameIn(event: object): unknown {
  return 'step' in event ? event.step : undefined
}

/** Runs a local step `a` and these two; from the end of `a` on nothing of the node is heard, and the line is cut once its journal says `last`. */
async function cutAfter(last: string, ...steps: readonly [string, string]) {
  const proxy = await startProxy(sshd.port)
  onTestFinished(() => proxy.close())
  scene = makeScene(sshd, {}, proxy.port)
  scene.steps(open, step('a', 'local', gated()), ...steps, close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await until(() => scene.trace().includes('a'))
  proxy.mute()
  scene.openGate()
  await until(() => scene.journal().some((line) => line.startsWith(last)))
  proxy.cut('RST')
  await running.event((event) => event.event === 'note' && event.message.includes('re-attach'))
  scene.openGate('later')
  const ended = await running.ended
  return { ended, trace: scene.trace() }
}

test('what is sent behind the request for the lock does not begin without it', async () => {
  scene = makeScene(sshd)
  scene.steps(open, step('a', 'remote', gated()), close)
  const holder = scene.station.start('run', 'release', 'web1', '--json')
  await holder.event((event) => event.event === 'step-start' && event.step === 'a')
  const second = await scene.other().conc('run', 'release', 'web1', '--json')
  expect(second.exit, second.stdout).toBe(3)
  expect(second.events.filter(({ event }) => event === 'step-start')).toHaveLength(1)
  scene.openGate()
  expect((await holder.ended).exit).toBe(0)
  expect(scene.trace()).toEqual(['a'])
})

test.each([
  ['steps on the node', ['remote'], 0],
  ['local steps', ['local'], 1],
  ['a local step and one on the node', ['local', 'remote'], 2],
] as const)('%s, by turns (%j), cost %i round trips', async (_what, sides, each) => {
  const line = await countTurns(sshd.port)
  const turnsOf = async (count: number) => {
    scene = makeScene(sshd, {}, line.port)
    const pairs = Array.from({ length: count }, (_, n) => sides.map((side) => step(`${side}${n}`, side, 'echo said')))
    scene.steps(open, ...pairs.flat(), close)
    const before = line.turns()
    expect((await scene.station.conc('run', 'release', 'web1', '-q')).exit).toBe(0)
    scene.remove()
    return line.turns() - before
  }
  expect((await turnsOf(12)) - (await turnsOf(2))).toBeLessThan(10 * each + 5)
  line.stop()
})
