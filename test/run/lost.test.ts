import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Running } from '../fixtures/conc.ts'
import { type Proxy, startProxy } from '../fixtures/proxy.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { until } from '../fixtures/until.ts'
import { close, expectOneStory, gated, makeScene, open, type Scene, startNode, step } from './scene.ts'

let sshd: Sshd
let proxy: Proxy
beforeAll(async () => {
  sshd = await startNode()
  proxy = await startProxy(sshd.port)
})
afterAll(async () => {
  await proxy.close()
  await sshd.stop()
})

/** What can happen to a run: its line is cut, in two ways, or its runner dies. */
const cuts: Readonly<Record<string, (running: Running) => void>> = {
  'a reset of the connection': () => proxy.cut('RST'),
  'the end of the connection': () => proxy.cut('FIN'),
  'kill -9 of the runner': (running) => running.signal('SIGKILL'),
}

/** Starts a run whose step `b` prints, and waits at the gate when it is cut off. */
async function cutInStep(scene: Scene, cut: (running: Running) => void, after = ''): Promise<void> {
  scene.steps(
    open,
    step('a', 'remote'),
    step('b', 'remote', `echo early; ${gated()}; echo late; ${after}`),
    step('c', 'remote'),
    close,
  )
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await running.event((event) => event.event === 'output' && event.step === 'b')
  cut(running)
  const ended = await running.ended
  expect(scene.trace()).toEqual(['a', 'b'])
  if (ended.exit !== null) {
    expect(ended.exit).toBe(7)
    expect(ended.end).toMatchObject({
      status: 'ERROR',
      message: expect.stringContaining('the step goes on on the node'),
    })
    expect(ended.end?.message).toContain('The bundle is kept')
    expect(ended.end?.next).toContain('conc resume web1')
  }
  await until(() => existsSync(join(scene.bundle, 'epoch.1', 'lost')))
}

describe.each(Object.keys(cuts))('after %s', (name) => {
  const cut = cuts[name] ?? (() => {})

  test('the step goes on, and resume follows it with all it prints and goes on to the end', async () => {
    const scene = makeScene(sshd, {}, proxy.port)
    await cutInStep(scene, cut)
    const { state, stands } = await scene.status()
    expect([state, ...stands]).toEqual(['RUNNING', 'open OK', 'a OK', 'b RUNNING', 'c PENDING', 'close PENDING'])
    const resuming = scene.other().start('resume', 'web1', '--json')
    await resuming.event((event) => event.event === 'output' && event.step === 'b')
    scene.openGate()
    const resumed = await resuming.ended
    expect(resumed.exit, resumed.stdout).toBe(0)
    const printed = resumed.events.map((event) => (event.event === 'output' && event.step === 'b' ? event.text : ''))
    expect(printed.join('')).toBe('early\nlate\n')
    expect(scene.trace()).toEqual(['a', 'b', 'c'])
    await expectOneStory(scene, resumed)
    scene.remove()
  })

  test.each([
    ['', 'OK', 0, ['a', 'b', 'c']],
    ['exit 3', 'FAILED', 1, ['a', 'b']],
  ])(
    'a step that ends meanwhile with `%s` is %s on the record, the next one does not start, and resume takes that',
    async (after, status, exit, trace) => {
      const scene = makeScene(sshd, {}, proxy.port)
      await cutInStep(scene, cut, after)
      scene.openGate()
      await until(() => scene.journal().some((line) => line.startsWith(`end 3 1 b ${status}`)))
      await until(async () => (await scene.status()).state !== 'RUNNING')
      expect((await scene.status()).stands).toEqual(['open OK', 'a OK', `b ${status}`, 'c PENDING', 'close PENDING'])
      expect(scene.trace()).toEqual(['a', 'b'])
      const resumed = await scene.station.conc('resume', 'web1', '--json')
      expect(resumed.exit, resumed.stdout).toBe(exit)
      expect(scene.trace()).toEqual(trace)
      await expectOneStory(scene, resumed)
      scene.remove()
    },
  )
})

test('a line that is cut in a local step halts the run once the step has ended, and its outcome is unknown', async () => {
  const scene = makeScene(sshd, {}, proxy.port)
  scene.steps(open, step('a', 'local', gated()), step('b', 'local'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await until(() => scene.trace().includes('a'))
  proxy.cut('RST')
  scene.openGate()
  const ended = await running.ended
  expect(ended.exit).toBe(7)
  expect(ended.end?.message).toContain('could not be recorded')
  await until(() => existsSync(join(scene.bundle, 'epoch.1', 'lost')))
  const { state, stands } = await scene.status()
  expect([state, ...stands]).toEqual(['LOST', 'open OK', 'a UNKNOWN', 'b PENDING', 'close PENDING'])
  expect(scene.trace()).toEqual(['a'])
  scene.remove()
})

test('a runner killed in a local step leaves it UNKNOWN: resume refuses, --retry runs it', async () => {
  const scene = makeScene(sshd, {}, proxy.port)
  scene.steps(open, step('a', 'local', gated()), step('b', 'remote'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await until(() => scene.trace().includes('a'))
  running.signal('SIGKILL')
  await running.ended
  await until(() => existsSync(join(scene.bundle, 'epoch.1', 'lost')))
  const { state, stands } = await scene.status()
  expect([state, ...stands]).toEqual(['LOST', 'open OK', 'a UNKNOWN', 'b PENDING', 'close PENDING'])
  scene.openGate()
  const refused = await scene.other().conc('resume', 'web1', '--json')
  expect(refused.exit).toBe(7)
  expect(refused.end).toMatchObject({ status: 'ERROR', message: expect.stringContaining('its end is unknown') })
  expect(scene.trace()).toEqual(['a'])
  expect((await scene.status()).stands[1]).toBe('a UNKNOWN')
  const retried = await scene.other().conc('resume', 'web1', '--retry', '--json')
  expect(retried.exit, retried.stdout).toBe(0)
  expect(scene.trace()).toEqual(['a', 'a', 'b'])
  scene.remove()
})

test('a line that goes before the bundle is open says so, and the node is free', async () => {
  const scene = makeScene(sshd, {}, proxy.port)
  scene.steps(step('a', 'local', gated()), open, step('b', 'remote'), close)
  const running = scene.station.start('run', 'release', 'web1', '--json')
  await until(() => scene.trace().includes('a'))
  proxy.cut('RST')
  scene.openGate()
  const ended = await running.ended
  expect(ended.exit).toBe(7)
  expect((await scene.status()).state).toBe('FREE')
  expect(scene.trace()).toEqual(['a'])
  scene.remove()
})
