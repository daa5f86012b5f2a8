import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, expectOneStory, makeScene, open, type Scene, startNode, step } from './scene.ts'

let sshd: Sshd
let scene: Scene
beforeAll(async () => {
  sshd = await startNode()
})
afterAll(() => sshd.stop())
beforeEach(() => {
  scene = makeScene(sshd)
})
afterEach(() => scene.remove())

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => step(name, 'remote')) as [string, string, string, string]

/** A run of these steps, halted before `b`. */
async function halted(...args: readonly string[]): Promise<void> {
  scene.steps(open, a, b, c, close)
  expect((await scene.station.conc('run', 'release', 'web1', '--until', 'b', ...args)).exit).toBe(5)
}

describe('what has not begun may change, when that is agreed to', () => {
  test.each([
    ['a changed step', [a, step('b', 'remote', 'true'), c], ['a', 'b', 'c'], /b/],
    ['one inserted next', [a, d, b, c], ['a', 'd', 'b', 'c'], /d/],
    ['one inserted later', [a, b, d, c], ['a', 'b', 'd', 'c'], /d/],
    ['a removed one', [a, c], ['a', 'c'], /b/],
    ['a renamed one', [a, d, c], ['a', 'd', 'c'], /d/],
    ['a moved one', [a, c, b], ['a', 'c', 'b'], /[bc]/],
  ])('%s', async (_, steps, trace, shown) => {
    await halted()
    const before = scene.journal()
    scene.steps(open, ...steps, close)
    const refused = await scene.other().conc('resume', 'web1', '--json')
    expect(refused.exit).toBe(2)
    expect(refused.stderr).toMatch(shown)
    expect(refused.stderr).toContain('-y agrees')
    expect([scene.trace(), scene.journal()]).toEqual([['a'], before])
    const agreed = await scene.other().conc('resume', 'web1', '-y', '--json')
    expect(agreed.exit, agreed.stderr).toBe(0)
    expect(scene.trace()).toEqual(trace)
    await expectOneStory(scene, agreed)
  })
})

describe('what is done may not change, agreed to or not', () => {
  test.each([
    ['a changed step', [step('a', 'remote', 'true'), b, c]],
    ['one inserted before it', [d, a, b, c]],
    ['a removed one', [b, c]],
    ['a renamed one', [d, b, c]],
    ['a moved one', [b, a, c]],
  ])('%s', async (_, steps) => {
    await halted()
    const before = scene.journal()
    scene.steps(open, ...steps, close)
    const refused = await scene.other().conc('resume', 'web1', '-y', '--json')
    expect(refused.exit).toBe(2)
    expect(refused.stderr).toContain('changes what is already done on web1')
    expect(refused.stderr).toMatch(/\b[ad]\b/)
    expect([scene.trace(), scene.journal()]).toEqual([['a'], before])
  })
})

test('a changed plan is in the bundle, so that a second halt knows it', async () => {
  await halted()
  scene.steps(open, a, d, b, c, close)
  expect((await scene.other().conc('resume', 'web1', '-y', '--until', 'b')).exit).toBe(5)
  expect((await scene.status()).stands).toEqual(['open OK', 'a OK', 'd OK', 'b PENDING', 'c PENDING', 'close PENDING'])
  const marked = await scene.other().conc('mark', 'web1', 'b', '--skip', '-m', 'not today')
  expect(marked.exit, marked.stderr).toBe(0)
  expect((await scene.other().conc('resume', 'web1')).exit).toBe(0)
  expect(scene.trace()).toEqual(['a', 'd', 'c'])
})

test('--set values of the first run are kept, and others are a changed plan', async () => {
  scene.steps(open, step('a', 'remote'), 'b = remote sh "echo $colour >>$trace"', close)
  const run = ['run', 'release', 'web1', '--until', 'b', '-e', 'colour=red'] as const
  expect((await scene.station.conc(...run)).exit).toBe(5)
  const other = await scene.other().conc('resume', 'web1', '-e', 'colour=blue')
  expect(other.exit).toBe(2)
  expect(other.stderr).toContain('blue')
  const resumed = await scene.other().conc('resume', 'web1', '--json')
  expect(resumed.exit, resumed.stderr).toBe(0)
  expect(scene.trace()).toEqual(['a', 'red'])
})
