import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Ended, Running } from '../fixtures/conc.ts'
import { close, gated, open, type Scene, sceneForEach, step } from './scene.ts'

let scene: Scene
sceneForEach((made) => {
  scene = made
})

/** A line of `conc log --follow --json`. */
interface Seen {
  readonly kind: string
  readonly step?: string
  readonly stream?: string
  readonly text?: string
  readonly state?: string
  readonly exitCode?: number
}

const linesOf = (ended: Pick<Ended, 'stdout'>): readonly Seen[] =>
  ended.stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))

const startRun = () => scene.station.start('run', 'release', 'web1', '--json')
const startFollow = () => scene.other().start('log', 'web1', '--follow', '--json')

/** Waits until the follower has seen the step print this. */
function seesText(follower: Running, step: string, text: string) {
  return follower.event(
    (line) => 'kind' in line && 'text' in line && 'step' in line && line.step === step && `${line.text}`.includes(text),
  )
}

/** What a follower saw a step print, all of it. */
function textOf(lines: readonly Seen[], step: string): string {
  return lines.flatMap((line) => (line.kind === 'output' && line.step === step ? [line.text ?? ''] : [])).join('')
}

const stepBegins = (name: string) => (event: { event: string; step?: string }) =>
  event.event === 'step-start' && event.step === name

test("somebody else's run is watched from its middle to its end, live, and nothing of it is touched", async () => {
  scene.steps(
    open,
    step('early', 'remote', 'echo before'),
    step('slow', 'remote', `echo first; echo wrong >&2; ${gated('a')}; echo second; ${gated('b')}`),
    step('local', 'local', 'echo here'),
    step('quick', 'remote', 'echo quick'),
    close,
  )
  const run = startRun()
  await run.event(stepBegins('slow'))
  const follower = startFollow()
  await seesText(follower, 'slow', 'first')
  scene.openGate('a')
  await seesText(follower, 'slow', 'second')
  expect(readdirSync(scene.bundle).filter((name) => name.startsWith('epoch.'))).toEqual(['epoch.1'])
  scene.openGate('b')
  const [ended, seen] = await Promise.all([run.ended, follower.ended])
  expect([ended.exit, seen.exit, seen.stderr]).toEqual([0, 0, ''])
  const lines = linesOf(seen)
  expect(textOf(lines, 'slow')).toBe('first\nwrong\nsecond\n')
  expect([textOf(lines, 'early'), textOf(lines, 'local'), textOf(lines, 'quick')]).toEqual(['', 'here\n', 'quick\n'])
  expect(lines.at(-1)).toMatchObject({ kind: 'run-end', state: 'OK', exitCode: 0 })
  const records = lines.filter(({ kind }) => !['output', 'run-end'].includes(kind)).map(({ kind }) => kind)
  expect(records).toEqual(scene.journal().map((line) => line.split(' ')[0]))
  const end = lines.findIndex(({ kind, step: name }) => kind === 'end' && name === 'quick')
  expect(lines.findIndex(({ kind, step: name }) => kind === 'output' && name === 'quick')).toBeLessThan(end)
})

test.each([
  ['fails', 'exit 3', [], 1, 'FAILED'],
  ['is over its time', 'sleep 60', ['timeout=1s'], 6, 'FAILED'],
  ['halts', ':', ['--until', 'last'], 5, 'STOPPED'],
] as const)('the exit code is that of the run: one that %s', async (_title, script, more, exit, state) => {
  const [option = ''] = more
  scene.steps(
    open,
    step('gate', 'remote', gated()),
    step('a', 'remote', script, option.startsWith('timeout') ? option : ''),
    step('last', 'remote'),
    close,
  )
  const run = scene.station.start('run', 'release', 'web1', '--json', ...(option.startsWith('--') ? more : []))
  await run.event(stepBegins('gate'))
  const follower = startFollow()
  await follower.event((event) => 'kind' in event)
  scene.openGate()
  expect((await run.ended).exit).toBe(exit)
  const seen = await follower.ended
  expect(seen.exit, seen.stderr).toBe(exit)
  expect(linesOf(seen).at(-1)).toMatchObject({ kind: 'run-end', state, exitCode: exit })
})

test('a lost link is made anew, and nothing is told twice or left out', async () => {
  scene.steps(open, step('slow', 'remote', `echo one; ${gated('a')}; echo two; ${gated('b')}; echo three`), close)
  const run = startRun()
  await run.event(stepBegins('slow'))
  const follower = startFollow()
  await seesText(follower, 'slow', 'one')
  scene.sshd.killSessions()
  await follower.event((event) => 'wait' in event)
  scene.openGate('a')
  await seesText(follower, 'slow', 'two')
  scene.openGate('b')
  const [ended, seen] = await Promise.all([run.ended, follower.ended])
  expect([ended.exit, seen.exit], seen.stderr).toEqual([0, 0])
  const lines = linesOf(seen)
  expect(textOf(lines, 'slow')).toBe('one\ntwo\nthree\n')
  expect(lines.filter(({ kind, step: name }) => kind === 'begin' && name === 'slow')).toHaveLength(1)
  expect(lines.at(-1)).toMatchObject({ kind: 'run-end', state: 'OK' })
})

test('Ctrl-C leaves at once, and the run goes on', async () => {
  scene.steps(open, step('slow', 'remote', `echo one; ${gated()}`), close)
  const run = startRun()
  await run.event(stepBegins('slow'))
  const follower = startFollow()
  await seesText(follower, 'slow', 'one')
  follower.signal('SIGINT')
  const left = await follower.ended
  expect(left.exit).toBe(7)
  expect(left.stderr).toMatch(/left; how the run goes on is not known here: see conc status web1/)
  expect(left.stderr).not.toMatch(/halting/)
  expect((await scene.status()).state).toBe('RUNNING')
  scene.openGate()
  expect((await run.ended).exit).toBe(0)
})

test('a run that stands still is told with its outcome, one that is not there is a mistake', async () => {
  scene.steps(open, step('a', 'remote', 'echo out; exit 1'), close)
  const nobody = await scene.station.conc('log', 'web1', '--follow')
  expect([nobody.exit, nobody.stderr]).toEqual([2, expect.stringContaining('no run on web1 to follow')])
  await scene.station.conc('run', 'release', 'web1')
  const before = readFileSync(join(scene.bundle, 'journal'), 'utf8')
  const failed = await scene.other().conc('log', 'web1', '--follow', '--no-color')
  expect([failed.exit, failed.stdout]).toEqual([
    1,
    expect.stringMatching(/2 a FAILED, exit 1\nweb1: FAILED, at 2 a: exit 1\n$/),
  ])
  expect(readFileSync(join(scene.bundle, 'journal'), 'utf8')).toBe(before)
})
