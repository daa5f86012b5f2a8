import { expect, test } from 'vitest'
import { changes, mostTests, parseScan, type Scan, type ScanEvent, scanText } from '../../src/nodetest/changes.ts'
import type { Outcome, TestEvent, TestHappening } from '../../src/ops/tests.ts'
import { ended, testEvents } from '../report/tests/events.ts'

const counts = { pass: 0, fail: 0, skip: 0, unknown: 0, interrupted: 0 }
const reached: TestHappening = { event: 'node-end', outcome: 'pass', counts, roundTrips: 1, ms: 1 }
const unreachable: TestHappening = { ...reached, outcome: 'unreachable', why: 'refused' }
const broken: TestHappening = { event: 'file-broken', file: 'nodetests/shop.nodetest.ts', why: 'syntax' }

function runEnd(exitCode: number): TestHappening {
  return { event: 'run-end', status: 'FAILED', exitCode, counts, unreachable: 0, ms: 1 }
}

/** A run on web1. */
function run(happenings: readonly TestHappening[], exitCode = 0): readonly TestEvent[] {
  return testEvents([...happenings, runEnd(exitCode)].map((happening) => [1, 'web1', happening] as const))
}

interface Scanned {
  readonly told: readonly string[]
  readonly after: Scan | undefined
}

function scan(before: Scan | undefined, events: readonly TestEvent[], whole = true): Scanned {
  const made = changes(
    () => before,
    () => whole,
  )
  const told = events.flatMap((event) => made.event(event)).map(short)
  return { told, after: made.scans().get('web1') }
}

/** One scan after the other; what the last of them tells. */
function scans(...runs: readonly (readonly TestEvent[])[]): Scanned {
  return runs.reduce<Scanned>(
    // Through the text of the state file, as it is between two scans.
    ({ after }, events) => scan(after === undefined ? undefined : parseScan(scanText(after)), events),
    { told: [], after: undefined },
  )
}

function short(event: ScanEvent): string {
  const was = 'was' in event && event.was !== undefined ? ` was ${event.was}` : ''
  if (event.event === 'test-end') return `${event.test} ${event.outcome}${was}`
  return `${event.event}${was}`
}

const outcome = (name: string, how: Outcome) => ended(name, { outcome: how })
const waived = ended('a', { outcome: 'skip', waived: { reason: 'x', until: '2026-12-31' } })

test('a first scan tells all that is no pass', () => {
  const { told } = scans(
    run([ended('a'), outcome('b', 'fail'), outcome('c', 'unknown'), outcome('d', 'skip'), reached], 1),
  )
  expect(told).toEqual(['b fail', 'c unknown', 'd skip', 'node-end', 'run-end'])
})

test('a first scan in which all passes is silent', () => {
  expect(scans(run([ended('a'), reached])).told).toEqual([])
})

test.each<[string, readonly TestHappening[], readonly TestHappening[], readonly string[]]>([
  ['the same failure', [outcome('a', 'fail')], [outcome('a', 'fail')], []],
  ['a mended test', [outcome('a', 'fail')], [ended('a')], ['a pass was fail']],
  ['a test that broke', [ended('a')], [outcome('a', 'fail')], ['a fail was pass']],
  [
    'a failure that can not be told any more',
    [outcome('a', 'fail')],
    [outcome('a', 'unknown')],
    ['a unknown was fail'],
  ],
  ['a waiver', [outcome('a', 'fail')], [waived], ['a skip was fail']],
  ['a waiver that ran out', [waived], [outcome('a', 'fail')], ['a fail was waived']],
  ['the same waiver', [waived], [waived], []],
  ['a new test that passes', [], [ended('a')], []],
  ['a new test that fails', [ended('b')], [ended('b'), outcome('a', 'fail')], ['a fail']],
  ['a test that is gone', [ended('a'), ended('b')], [ended('b')], ['test-gone was pass']],
  ['the same broken file', [broken], [broken], []],
  ['a file that broke', [ended('a')], [broken], ['file-broken']],
  ['a file that loads again', [broken], [ended('a')], ['test-gone was broken']],
])('%s', (_what, first, second, told) => {
  const end = told.length === 0 ? [] : ['node-end', 'run-end']
  expect(scans(run([...first, reached]), run([...second, reached], 2)).told.slice(0, told.length)).toEqual(told)
  expect(scans(run([...first, reached]), run([...second, reached], 1)).told).toEqual([...told, ...end])
})

test('a test is told again by its file: two of one name are two', () => {
  const other = ended('a', { file: 'nodetests/other.nodetest.ts' })
  expect(
    scans(run([ended('a'), other, reached]), run([ended('a'), { ...other, outcome: 'fail' }, reached])).told,
  ).toEqual(['a fail was pass', 'node-end', 'run-end'])
})

test('two tests of one name in one file are two', () => {
  const two = run([ended('a'), outcome('a', 'fail'), reached], 1)
  expect(scans(two, two).told).toEqual([])
  expect(scans(two, run([ended('a'), reached])).told).toEqual(['test-gone was fail', 'node-end', 'run-end'])
  expect(scans(two, run([ended('a'), ended('a'), reached])).told).toEqual(['a pass was fail', 'node-end', 'run-end'])
})

test('a node that can not be reached is told once, and so is its return; its tests stand as they stood', () => {
  const up = run([outcome('a', 'fail'), reached], 1)
  const down = run([unreachable], 4)
  expect(scans(down).told).toEqual(['node-end', 'run-end'])
  expect(scans(up, down).told).toEqual(['node-end was reached', 'run-end'])
  expect(scans(up, down, down).told).toEqual([])
  expect(scans(up, down, down, up).told).toEqual(['node-end was unreachable', 'run-end'])
})

test('the tests of a file that can not be loaded stand as they stood', () => {
  const tests = run([outcome('a', 'fail'), reached], 1)
  expect(scans(tests, run([broken, reached], 2), tests).told).toEqual(['test-gone was broken', 'node-end', 'run-end'])
})

test('a scan of some tests leaves the others as they stood', () => {
  const { after } = scan(undefined, run([ended('a'), outcome('b', 'fail'), reached], 1))
  const some = scan(after, run([outcome('a', 'fail'), reached], 1), false)
  expect(some.told).toEqual(['a fail was pass', 'node-end', 'run-end'])
  expect([...(some.after?.tests ?? [])].map(([key, stand]) => `${key.split('\n')[1]} ${stand}`).sort()).toEqual([
    'a fail',
    'b fail',
  ])
})

test.each([5, 7])('a run that ended with %i is never silent', (exitCode) => {
  expect(scans(run([reached], exitCode)).told).toEqual(['run-end'])
})

test('what was interrupted is told, and stands as it stood', () => {
  const first = scan(undefined, run([outcome('a', 'fail'), ended('b'), reached], 1))
  const stopped = scan(first.after, run([outcome('a', 'interrupted'), outcome('b', 'interrupted'), reached], 5), false)
  expect(stopped.told).toEqual(['a interrupted', 'b interrupted', 'node-end', 'run-end'])
  expect(stopped.after?.tests).toEqual(first.after?.tests)
})

test('a run without a test to run is never silent', () => {
  expect(scans(run([reached], 2)).told).toEqual(['run-end'])
})

test('a run that says why it ended so is never silent', () => {
  const why = testEvents([
    [1, 'web1', { event: 'run-end', status: 'FAILED', exitCode: 1, counts, unreachable: 0, ms: 1, why: 'late' }],
  ])
  expect(scans(why, why).told).toEqual(['run-end'])
})

test('the state of a scan is bounded', () => {
  const tests = Array.from({ length: mostTests + 5 }, (_, n) => ended(`t${n}`))
  expect(scans(run([...tests, reached])).after?.tests.size).toBe(mostTests)
})

test.each(['', '{', 'null', '[]', '{"tests":3}', '"x"'])('of %j no scan is made', (text) => {
  expect(parseScan(text)).toBeUndefined()
})

test.each([
  ['null', []],
  ['{"x\\na":"fail","x\\nb":"perhaps","x\\nc":3}', ['x\na']],
])('of the tests %s those are kept that stood somehow', (tests, kept) => {
  const scan = parseScan(`{"version":1,"reached":true,"tests":${tests}}`)
  expect([...(scan?.tests.keys() ?? [])]).toEqual(kept)
})

test('a test may be called as it likes', () => {
  const events = run([outcome('__proto__', 'fail'), outcome('a\u2028\ud800', 'fail'), reached], 1)
  expect(scans(events, events).told).toEqual([])
})
