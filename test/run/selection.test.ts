import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { close, expectOneStory, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
  scene.steps(open, step('a', 'local'), step('b', 'remote'), step('c', 'remote'), step('d', 'local'), close)
})

const run = (...args: readonly string[]) => scene.station.conc('run', 'release', 'web1', '--json', ...args)

test.each([
  [
    ['--from', 'b'],
    ['b', 'c', 'd'],
  ],
  [
    ['--to', '3'],
    ['a', 'b'],
  ],
  [
    ['--from', 'b', '--to', 'c'],
    ['b', 'c'],
  ],
  [['--only', 'c'], ['c']],
])("%j runs only those steps, and the bundle's own", async (args, names) => {
  const ended = await run(...args)
  expect(ended.exit, ended.stderr).toBe(0)
  expect(scene.trace()).toEqual(names)
  const skipped = ['a', 'b', 'c', 'd'].filter((name) => !names.includes(name))
  expect(ended.events.flatMap((event) => (event.event === 'step-skip' ? [event.step] : []))).toEqual(skipped)
  const inJournal = scene.journal().flatMap((line) => /^skip \d+ (\S+)/.exec(line)?.[1] ?? [])
  expect(inJournal).toEqual(skipped)
  await expectOneStory(scene, ended)
})

test.each([
  [['--to', 'b'], [], 'only up to b', ['a', 'b', 'b']],
  [['--only', 'b'], [], 'only b,', ['b', 'b']],
  [['--from', 'b', '--to', 'c'], ['--to', 'd'], 'only from b to c', ['b', 'b', 'c', 'd']],
])('what began with %j and failed goes on with %j', async (begun, resumed, words, names) => {
  const fails = step('b', 'remote', '[ -e $dir/mended ]')
  scene.steps(open, step('a', 'local'), fails, step('c', 'remote'), step('d', 'local'), close)
  expect((await run(...begun)).exit).toBe(1)
  expect((await scene.station.conc('status', 'web1')).stdout).toContain(`it is to run ${words}`)
  scene.openGate('mended')
  const ended = await scene.other().conc('resume', 'web1', '--retry', '--json', ...resumed)
  expect(ended.exit, ended.stderr).toBe(0)
  expect(scene.trace()).toEqual(names)
  const skipped = 6 - 2 - new Set(names).size
  expect(ended.end?.message).toContain(`ended OK on web1 without ${skipped} of its 6 steps (`)
  await expectOneStory(scene, ended)
})

test('a resume that names another last step is remembered by the next one', async () => {
  const fails = (name: string) => step(name, 'remote', `[ -e $dir/${name} ]`)
  scene.steps(open, fails('a'), fails('b'), step('c', 'remote'), step('d', 'local'), close)
  await run('--only', 'a')
  scene.openGate('a')
  const again = await scene.station.conc('resume', 'web1', '--retry', '--to', 'c', '--json')
  expect([again.exit, again.end?.next[0]]).toEqual([1, 'conc resume web1 --retry'])
  scene.openGate('b')
  const ended = await scene.station.conc('resume', 'web1', '--retry', '--json')
  expect(ended.end?.message).toContain('ended OK on web1 without 1 of its 6 steps (d)')
  expect(scene.trace()).toEqual(['a', 'a', 'b', 'b', 'c'])
})

test('a run whose last step is no longer in the job is resumed only with another', async () => {
  scene.steps(open, step('a', 'remote', '[ -e $dir/a ]'), step('b', 'remote'), close)
  await run('--to', 'b')
  scene.steps(open, step('a', 'remote', '[ -e $dir/a ]'), step('c', 'remote'), close)
  const refused = await scene.station.conc('resume', 'web1', '--retry', '-y')
  expect([refused.exit, refused.stderr]).toEqual([2, expect.stringMatching(/up to b.*no step b now.*--to STEP/)])
  scene.openGate('a')
  const ended = await scene.station.conc('resume', 'web1', '--retry', '-y', '--to', 'c', '--json')
  expect([ended.exit, ended.end?.message]).toEqual([0, 'release is done on web1.'])
})

test.each([
  [['--step'], /no terminal/],
  [['--from', 'nowhere'], /no step nowhere/],
  [['--from', 'c', '--to', 'b'], /--from c comes after --to b/],
  [['--until', '9'], /no step 9/],
])('%j is refused with exit 2 before anything is changed', async (args, said) => {
  const ended = await run(...args)
  expect(ended.exit).toBe(2)
  expect(ended.stderr).toMatch(said)
  expect([scene.trace(), existsSync(scene.bundle)]).toEqual([[], false])
})

test('a dry run shows the plan and changes nothing on either side', async () => {
  const places = [scene.sshd.home, scene.station.home, scene.station.folder]
  const before = places.map(fingerprint)
  const ended = await scene.station.conc('run', 'release', 'web1', '-n')
  expect(ended.exit, ended.stderr).toBe(0)
  expect(ended.stdout).toContain('echo c >>')
  expect(places.map(fingerprint)).toEqual(before)
})

/** All names under a folder, with their sizes and when they were changed. */
function fingerprint(folder: string): string {
  const hash = createHash('sha256')
  if (!existsSync(folder)) return 'none'
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const { size, mtimeMs } = statSync(join(folder, name))
    hash.update(`${name} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

test.each([
  ['b', 'the run on web1 is past b: --until can halt before d, close.'],
  ['4', 'the run on web1 is past c: --until can halt before d, close.'],
])('a resume that is to halt before %s, which is past, is refused: it would not halt at all', async (named, words) => {
  scene.steps(open, step('a', 'local'), step('b', 'remote'), 'c = local pause', step('d', 'local'), close)
  expect((await run()).exit).toBe(5)
  const journal = scene.journal()
  const refused = await scene.station.conc('resume', 'web1', '--until', named)
  expect([refused.exit, refused.stderr.trim()]).toEqual([2, words])
  expect(scene.journal()).toEqual(journal)
  const halted = await scene.station.conc('resume', 'web1', '--until', 'd', '--json')
  expect([halted.exit, scene.trace()]).toEqual([5, ['a', 'b']])
})
