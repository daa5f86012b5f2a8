import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { contentOf } from '../fixtures/agent.ts'
import type { Running } from '../fixtures/conc.ts'
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
  scene = makeScene(sshd, {}, proxy.port)
})
afterEach(() => scene.remove())

const start = () => scene.station.start('run', 'release', 'web1', '--json')
const begins = (running: Running, name: string) =>
  running.event((event) => event.event === 'step-start' && event.step === name)

test('a halt that was asked for from elsewhere is kept though the line was cut and the run re-attached meanwhile', async () => {
  scene.steps(open, step('a', 'remote', gated()), step('b', 'local'), close)
  const running = start()
  await begins(running, 'a')
  expect((await scene.other().conc('halt', 'web1')).exit).toBe(0)
  proxy.cut('RST')
  await running.event((event) => event.event === 'note' && event.message === 're-attached')
  scene.openGate()
  const ended = await running.ended
  expect([ended.exit, scene.trace()], ended.stdout).toEqual([5, ['a']])
  expect((await expectOneStory(scene, ended)).stands[1]).toBe('a OK')
})

test('a local step whose begin was still under way when a halt was asked for does not begin', async () => {
  scene.steps(open, step('a', 'local', gated()), step('b', 'local'), close)
  const running = start()
  await until(() => scene.trace().includes('a'))
  const agent = Number((await contentOf(join(scene.bundle, 'epoch.1/agent'))).split(' ')[0])
  process.kill(agent, 'SIGSTOP')
  const opened = Date.now()
  scene.openGate()
  await until(() => proxy.sent.some((at) => at > opened))
  running.signal('SIGTERM')
  await running.said(/halting/)
  process.kill(agent, 'SIGCONT')
  const ended = await running.ended
  expect([ended.exit, scene.trace()], ended.stdout).toEqual([5, ['a']])
  expect((await expectOneStory(scene, ended)).stands.slice(1, 3)).toEqual(['a OK', 'b PENDING'])
})

test('a script that can not be brought to the node ends the run at its step, and names it', async () => {
  scene.steps(open, step('a', 'local', gated()), 'b = remote script b.sh', close)
  scene.station.write('b.sh', `echo b >>${scene.dir}/trace\n# ${'x'.repeat(200_000)}\n`)
  const running = start()
  await until(() => scene.trace().includes('a'))
  renameSync(join(scene.bundle, 'scripts'), join(scene.bundle, 'away'))
  writeFileSync(join(scene.bundle, 'scripts'), '')
  scene.openGate()
  const ended = await running.ended
  expect([ended.exit, ended.end?.message]).toEqual([7, expect.stringMatching(/at step 3, b: .* can't be written/)])
  expect((await expectOneStory(scene, ended)).stands.slice(1, 3)).toEqual(['a OK', 'b PENDING'])
})

describe('a step that is followed', () => {
  test('can not be ended from there: that is told, and it is halted after it', async () => {
    scene.steps(open, step('a', 'remote', `echo up; ${gated()}`), step('b', 'remote'), close)
    const running = start()
    await begins(running, 'a')
    running.signal('SIGKILL')
    await running.ended
    await until(() => existsSync(join(scene.bundle, 'epoch.1/lost')))
    const resumed = scene.other().start('resume', 'web1', '--json')
    await resumed.event((event) => event.event === 'output' && event.step === 'a')
    resumed.signal('SIGINT')
    await resumed.said(/halting/)
    resumed.signal('SIGINT')
    await resumed.event((event) => event.event === 'note' && /can not be ended from here/.test(event.message))
    scene.openGate()
    const ended = await resumed.ended
    expect([ended.exit, scene.trace()], ended.stdout).toEqual([5, ['a']])
    expect((await expectOneStory(scene, ended)).stands.slice(1, 3)).toEqual(['a OK', 'b PENDING'])
  })
})
