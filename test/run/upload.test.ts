import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../fixtures/until.ts'
import { close, expectOneStory, gated, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

/** The file of a script, in the way of what would be sent there: the node looks at it, and waits. Returns how to let it go on. */
function holdUp(name: string): () => void {
  const file = join(scene.bundle, 'scripts', name)
  execFileSync('mkfifo', ['-m', '666', file])
  const end = openSync(file, 'r+')
  return () => {
    rmSync(file)
    closeSync(end)
  }
}

test('a halt while a long script is on its way to the node comes before its step', async () => {
  scene.steps(open, step('a', 'local', gated()), 'b = remote script b.sh', close)
  const station = scene.station
  station.write('b.sh', `echo b >>${scene.dir}/trace\n# ${'x'.repeat(200_000)}\n`)
  const running = station.start('run', 'release', 'web1', '--json')
  await until(() => scene.trace().includes('a'))
  const letGo = holdUp('3-b.sh')
  scene.openGate()
  await until(() => scene.journal().at(-1)?.startsWith('end 2 1 a OK') === true)
  running.signal('SIGTERM')
  await running.said(/halting/)
  letGo()
  const ended = await running.ended
  expect([ended.exit, ended.end?.message]).toEqual([5, expect.stringContaining('at step 3, b')])
  const { state, stands } = await expectOneStory(scene, ended)
  expect([state, ...stands]).toEqual(['STOPPED', 'open OK', 'a OK', 'b PENDING', 'close PENDING'])
  const resumed = await station.conc('resume', 'web1', '--json')
  expect([resumed.exit, scene.trace()]).toEqual([0, ['a', 'b']])
})
