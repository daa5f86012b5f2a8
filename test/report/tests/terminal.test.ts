import { expect, test } from 'vitest'
import type { ScanEvent } from '../../../src/nodetest/changes.ts'
import { type TestTerminalOptions, testTerminal } from '../../../src/report/tests/terminal.ts'
import { ended, hostile, scan, testEvents } from './events.ts'

function told(events: readonly ScanEvent[], options: Partial<TestTerminalOptions> = {}): string {
  const lines: string[] = []
  const reporter = testTerminal({ write: (line) => lines.push(line), level: 'normal', color: false, ...options })
  for (const event of events) reporter.event(event)
  return lines.map((line) => `${line}\n`).join('')
}

test('what did not pass is told a node at a time, and each node has a line at the end', () => {
  expect(`\n${told(scan)}`).toBe(`
web1
  ✗ shop > answers  (nodetests/shop.nodetest.ts)
      expected 200, got 502 & <html>
        at shop.nodetest.ts:7
  ? shop > cert  (unknown, nodetests/shop.nodetest.ts)
      no openssl on web1
  ↷ shop > old  (nodetests/shop.nodetest.ts)
      waived until 2026-12-31: replaced in 2.0
      it is 1.0
  ✗ nodetests/bad.nodetest.ts can't be loaded
      Unexpected token (3:7)
db1
  ✗ nodetests/bad.nodetest.ts can't be loaded, as above
✓ db1    1 passed; 1 round trip, 0.3 s
✗ web1   1 failed, 1 unknown, 1 passed, 1 skipped, 1 waived; 3 round trips, 0.8 s
✗ web22  unreachable: connection refused
ERROR: 3 nodes, 1 failed, 1 unknown, 2 passed, 1 skipped, 1 waived, 1 unreachable, 0.9 s
`)
})

test('what many tests of a node do not know alike is told once, and each keeps its place', () => {
  const why = (line: number) => `web1: sudo refuses.\n  at a.nodetest.ts:${line}:1`
  const events = testEvents([
    [0, 'web1', ended('one', { outcome: 'unknown', why: why(1) })],
    [1, 'web1', ended('two', { outcome: 'unknown', why: why(2) })],
    [2, 'web2', ended('one', { outcome: 'unknown', why: why(1) })],
  ])
  const text = told([...events, ...scan.filter(({ event }) => event === 'run-end')])
  expect(text.match(/sudo refuses/g)).toHaveLength(2)
  expect(text).toContain(
    '  ? two  (unknown, nodetests/shop.nodetest.ts)\n      the same as for one\n        at a.nodetest.ts:2:1\n',
  )
})

test('what an .only hides is told once, however many nodes have that file', () => {
  const only = { event: 'file-only', file: 'a.nodetest.ts', line: 7 } as const
  const events = testEvents([
    [0, 'web1', only],
    [1, 'web2', only],
  ])
  const text = told([...events, ...scan.filter(({ event }) => event === 'run-end')], { level: 'quiet' })
  expect(
    text.match(/! a\.nodetest\.ts:7: `\.only` leaves out the other tests of its file\. Remove it\./g),
  ).toHaveLength(1)
})

test('-v shows passing and skipped tests too, with exact times', () => {
  const text = told(scan, { level: 'verbose' })
  expect(text).toContain('\n  ✓ shop > runs  (12 ms)\n')
  expect(text).toContain('\n  ↷ shop > later  (nodetests/shop.nodetest.ts, 12 ms)\n      not before 2.0\n')
  expect(text).toContain('1 passed; 1 round trip, 310 ms\n')
})

test('-q tells what went wrong and the end only', () => {
  const text = told(scan, { level: 'quiet' })
  for (const absent of ['waived until', '✓', 'shop > later']) expect(text).not.toContain(absent)
  for (const there of ['✗ shop > answers', '? shop > cert', '✗ web22', 'ERROR: 3 nodes']) expect(text).toContain(there)
})

test('a run in which all passes is two lines', () => {
  const counts = { pass: 14, fail: 0, skip: 0, unknown: 0, interrupted: 0 }
  const events = testEvents([
    [0, 'web1', ended('shop > runs')],
    [1, 'web1', { event: 'node-end', outcome: 'pass', counts, roundTrips: 3, ms: 700 }],
    [2, 'web1', { event: 'run-end', status: 'OK', exitCode: 0, counts, unreachable: 0, ms: 1200 }],
  ])
  expect(told(events)).toBe('✓ web1  14 passed; 3 round trips, 0.7 s\nOK: 1 node, 14 passed, 1.2 s\n')
})

test('of a run that was halted what is known is told', () => {
  const counts = { pass: 0, fail: 1, skip: 0, unknown: 0, interrupted: 0 }
  const events = testEvents([
    [0, 'web1', ended('shop > runs', { outcome: 'fail', why: 'no' })],
    [2, 'web1', { event: 'run-end', status: 'ERROR', exitCode: 5, counts, unreachable: 0, ms: 1200, why: 'halted' }],
  ])
  expect(told(events)).toBe(
    'web1\n  ✗ shop > runs  (nodetests/shop.nodetest.ts)\n      no\nERROR: 0 nodes, 1 failed, 1.2 s. halted\n',
  )
})

test('what a test prints stands with its node, and not with -q', () => {
  const [output] = testEvents([[0, 'web1', { event: 'test-output', stream: 'stdout', text: 'one\x1b[2J\ntwo\n' }]])
  const [end] = scan.slice(-1)
  if (output === undefined || end === undefined) throw new Error('there is no event')
  expect(told([output, end])).toMatch(/^web1\n {2}\| one\\x1b\[2J\n {2}\| two\nERROR/)
  expect(told([output, end], { level: 'quiet' })).toMatch(/^ERROR/)
})

test('a change says how it stood before', () => {
  const [ok] = testEvents([[0, 'web1', ended('shop > runs')]])
  const [broken] = testEvents([[0, 'web1', ended('x', { outcome: 'fail', why: 'no' })]])
  if (ok?.event !== 'test-end' || broken?.event !== 'test-end') throw new Error('there is no event')
  const { time, node, run, file } = ok
  const gone = { event: 'test-gone', test: 'old', file, was: 'fail', time, node, run } as const
  const counts = { pass: 1, fail: 1, skip: 0, unknown: 0, interrupted: 0 }
  const end = { event: 'run-end', status: 'OK', exitCode: 0, counts, unreachable: 0, ms: 1, time, node, run } as const
  const lines = told([{ ...ok, was: 'fail' }, { ...broken, was: 'pass' }, gone, { ...gone, test: '' }, end]).split('\n')
  expect(lines.slice(1, 6)).toEqual([
    '  ✓ shop > runs  (was fail)',
    '  ✗ x  (nodetests/shop.nodetest.ts, was pass)',
    '      no',
    '  · old is no longer there (was fail)',
    '  · nodetests/shop.nodetest.ts loads again (was fail)',
  ])
})

test('what a node or a test says can not steer the terminal', () => {
  const [event] = testEvents([[0, 'web1', ended(hostile, { outcome: 'fail', why: hostile, file: hostile })]])
  const [end] = scan.slice(-1)
  if (event === undefined || end === undefined) throw new Error('there is no event')
  expect(told([event, end])).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u)
})

test('colours are there when asked for', () => {
  expect(told(scan, { color: true })).toContain('\x1b[31m✗ shop > answers\x1b[39m')
})
