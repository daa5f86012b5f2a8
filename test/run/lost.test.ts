import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ended, Running } from '../fixtures/conc.ts'
import { type CutProxy, startProxy } from '../fixtures/proxy.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { close, expectOneStory, gated, makeScene, open, type Scene, startNode, step } from './scene.ts'

let sshd: Sshd
let proxy: CutProxy
let scene: Scene
beforeAll(async () => {
  sshd = await startNode()
  proxy = await startProxy(sshd.port)
})
afterAll(async () => {
  await proxy.close()
  await sshd.stop()
})
beforeEach(() => {
  proxy.refuses = false
  scene = makeScene(sshd, {}, proxy.port)
})
afterEach(() => scene.remove())

/** Starts a run, and waits until its step `b` waits at the gate. */
async function runToGate(after = ''): Promise<Running> {
  const b = step('b', 'remote', `echo early; ${gated()}; echo late; ${after}`)
  scene.steps(open, step('a', 'remote'), b, step('c', 'remote'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await running.event((event) => event.event === 'output' && event.step === 'b')
  return running
}

/** Ends the run's line for good: it gives up to re-attach when it is asked to halt. */
async function cutForGood(running: Running, how: 'RST' | 'FIN'): Promise<Ended> {
  proxy.refuses = true
  proxy.cut(how)
  await running.event((event) => event.event === 'note' && event.message.includes('trying to re-attach'))
  running.signal('SIGINT')
  const ended = await running.ended
  proxy.refuses = false
  return ended
}

/** Until the node has noticed that its runner is gone. */
function nodeNotices(): Promise<void> {
  return until(() => existsSync(join(scene.bundle, 'epoch.1', 'lost')))
}

function outputOf(ended: Ended, name: string): string {
  return ended.events.map((event) => (event.event === 'output' && event.step === name ? event.text : '')).join('')
}

describe.each(['RST', 'FIN'] as const)('a line that is cut by %s and comes back', (how) => {
  test('is re-attached to the step that still runs, and the run goes on to its end', async () => {
    const running = await runToGate()
    proxy.cut(how)
    await running.event((event) => event.event === 'note' && event.message === 're-attached')
    scene.openGate()
    const ended = await running.ended
    expect(ended.exit, ended.stdout).toBe(0)
    expect(outputOf(ended, 'b')).toBe('early\nlate\n')
    expect(scene.trace()).toEqual(['a', 'b', 'c'])
    await expectOneStory(scene, ended)
  })

  test.each([
    ['', 'OK', 0, ['a', 'b', 'c']],
    ['exit 3', 'FAILED', 1, ['a', 'b']],
  ])('a step that ended meanwhile with `%s` is %s by the record', async (after, status, exit, trace) => {
    const running = await runToGate(after)
    proxy.refuses = true
    proxy.cut(how)
    scene.openGate()
    await until(() => scene.journal().some((line) => line.startsWith(`end 3 1 b ${status}`)))
    expect(scene.trace()).toEqual(['a', 'b'])
    proxy.refuses = false
    const ended = await running.ended
    expect(ended.exit, ended.stdout).toBe(exit)
    expect(outputOf(ended, 'b')).toBe('early\nlate\n')
    expect(scene.trace()).toEqual(trace)
    await expectOneStory(scene, ended)
  })

  test('a local step in progress goes on, and its end is recorded on the new line', async () => {
    scene.steps(open, step('a', 'local', `echo out; ${gated()}`), step('b', 'local'), close)
    const running = scene.station.start('run', 'release', 'web1', '--json')
    await until(() => scene.trace().includes('a'))
    proxy.cut(how)
    await nodeNotices()
    expect((await scene.status()).stands[1]).toBe('a UNKNOWN')
    scene.openGate()
    const ended = await running.ended
    expect(ended.exit, ended.stdout).toBe(0)
    expect(scene.trace()).toEqual(['a', 'b'])
    await expectOneStory(scene, ended)
  })
})

describe('a runner whose line is cut for good', () => {
  test.each(['RST', 'FIN'] as const)('by %s ends with ERROR, and says what is known', async (how) => {
    const ended = await cutForGood(await runToGate(), how)
    expect(ended.exit).toBe(7)
    expect(ended.end?.status).toBe('ERROR')
    expect(ended.end?.message).toMatch(/step 3, b: .*; the step goes on on the node. The bundle is kept./)
    expect(ended.end?.next).toContain('conc resume web1')
    await nodeNotices()
    const { state, stands } = await scene.status()
    expect([state, ...stands]).toEqual(['RUNNING', 'open OK', 'a OK', 'b RUNNING', 'c PENDING', 'close PENDING'])
    scene.openGate()
    await until(async () => (await scene.status()).state !== 'RUNNING')
    expect(scene.trace()).toEqual(['a', 'b'])
  })

  test('starts nothing when it comes back after another has taken the run over', async () => {
    const running = await runToGate()
    proxy.refuses = true
    proxy.cut('RST')
    await nodeNotices()
    const port = `sshd.port=${sshd.port}`
    const taking = scene.other().start('resume', 'web1', '--json', '-e', port, '--until', 'c')
    await taking.event((event) => event.event === 'output' && event.step === 'b')
    scene.openGate()
    expect((await taking.ended).exit).toBe(5)
    proxy.refuses = false
    const ended = await running.ended
    expect(ended.exit).toBe(7)
    expect(ended.end?.message).toContain('somebody else has taken the run over')
    expect(scene.trace()).toEqual(['a', 'b'])
  })

  test.each(['remote', 'local'] as const)(
    'that the node took for its end, as of a laptop that slept, is mended before the next step, a %s one',
    async (side) => {
      scene.steps(open, step('a', 'remote', gated()), step('b', side), step('c', 'remote'), close)
      const running = scene.station.start('run', 'release', 'web1', '--json')
      await running.event((event) => event.event === 'step-start' && event.step === 'a')
      await until(() => scene.trace().length === 1)
      writeFileSync(join(scene.bundle, 'epoch.1', 'lost'), '')
      scene.openGate()
      const ended = await running.ended
      expect([ended.exit, scene.trace()], ended.stdout).toEqual([0, ['a', 'b', 'c']])
      expect(ended.events).toContainEqual(expect.objectContaining({ event: 'note', message: 're-attached' }))
      await expectOneStory(scene, ended)
    },
  )

  test('before the bundle is open leaves the node free', async () => {
    scene.steps(step('a', 'local', gated()), open, step('b', 'remote'), close)
    const running = scene.station.start('run', 'release', 'web1', '--json')
    await until(() => scene.trace().includes('a'))
    proxy.cut('RST')
    scene.openGate()
    expect((await running.ended).exit).toBe(7)
    expect((await scene.status()).state).toBe('FREE')
    expect(scene.trace()).toEqual(['a'])
  })
})

describe('a runner that is killed', () => {
  test('leaves a step that resume follows with all it prints, on another workstation too', async () => {
    const running = await runToGate()
    running.signal('SIGKILL')
    await running.ended
    await nodeNotices()
    const resuming = scene.other().start('resume', 'web1', '--json')
    await resuming.event((event) => event.event === 'output' && event.step === 'b')
    scene.openGate()
    const resumed = await resuming.ended
    expect(resumed.exit, resumed.stdout).toBe(0)
    expect(outputOf(resumed, 'b')).toBe('early\nlate\n')
    expect(scene.trace()).toEqual(['a', 'b', 'c'])
    await expectOneStory(scene, resumed)
  })

  test.each([
    ['', 'OK', 0, ['a', 'b', 'c']],
    ['exit 3', 'FAILED', 1, ['a', 'b']],
  ])(
    'leaves a step that ends with `%s` as %s: no other starts, and resume takes that',
    async (after, status, exit, trace) => {
      const running = await runToGate(after)
      running.signal('SIGKILL')
      await running.ended
      await nodeNotices()
      scene.openGate()
      await until(() => scene.journal().some((line) => line.startsWith(`end 3 1 b ${status}`)))
      await until(async () => (await scene.status()).state !== 'RUNNING')
      expect(scene.trace()).toEqual(['a', 'b'])
      const resumed = await scene.station.conc('resume', 'web1', '--json')
      expect(resumed.exit, resumed.stdout).toBe(exit)
      expect(scene.trace()).toEqual(trace)
      await expectOneStory(scene, resumed)
    },
  )

  test('leaves a local step UNKNOWN: resume refuses, --retry runs it', async () => {
    scene.steps(open, step('a', 'local', gated()), step('b', 'remote'), close)
    const running = scene.station.start('run', 'release', 'web1', '--json')
    await until(() => scene.trace().includes('a'))
    running.signal('SIGKILL')
    await running.ended
    await until(async () => (await scene.status()).state === 'LOST')
    expect((await scene.status()).stands).toEqual(['open OK', 'a UNKNOWN', 'b PENDING', 'close PENDING'])
    scene.openGate()
    const refused = await scene.other().conc('resume', 'web1', '--json')
    expect(refused.exit).toBe(7)
    expect(refused.end).toMatchObject({ status: 'ERROR', message: expect.stringContaining('its end is unknown') })
    expect(scene.trace()).toEqual(['a'])
    expect((await scene.status()).stands[1]).toBe('a UNKNOWN')
    const retried = await scene.other().conc('resume', 'web1', '--retry', '--json')
    expect(retried.exit, retried.stdout).toBe(0)
    expect(scene.trace()).toEqual(['a', 'a', 'b'])
  })
})
