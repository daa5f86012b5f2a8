import { expect, test } from 'vitest'
import { tapText } from '../../../src/report/tests/tap.ts'
import { ended, hostile, scan, testEvents } from './events.ts'

test('a run is TAP 14 with a subtest a node', () => {
  expect(`\n${tapText(scan)}`).toBe(`
TAP version 14
# Subtest: web1
    not ok 1 - shop > answers
      ---
      outcome: "fail"
      why: "expected 200, got 502 & <html>\\n  at shop.nodetest.ts:7"
      file: "nodetests/shop.nodetest.ts"
      duration_ms: 12
      ...
    not ok 2 - shop > cert
      ---
      outcome: "unknown"
      why: "no openssl on web1"
      file: "nodetests/shop.nodetest.ts"
      duration_ms: 12
      ...
    ok 3 - shop > runs
    ok 4 - shop > later # SKIP not before 2.0
    ok 5 - shop > old # SKIP waived until 2026-12-31: replaced in 2.0 it is 1.0
    not ok 6 - nodetests/bad.nodetest.ts
      ---
      outcome: "broken"
      why: "Unexpected token (3:7)"
      ...
    1..6
not ok 1 - web1
  ---
  roundTrips: 3
  duration_ms: 812
  ...
# Subtest: db1
    ok 1 - disk > has room
    not ok 2 - nodetests/bad.nodetest.ts
      ---
      outcome: "broken"
      why: "Unexpected token (3:7)"
      ...
    1..2
not ok 2 - db1
  ---
  roundTrips: 1
  duration_ms: 310
  ...
not ok 3 - web22
  ---
  outcome: "unreachable"
  why: "connection refused"
  ...
1..3
`)
})

test('no name and no reason becomes a line, a directive or an escape of its own', () => {
  const events = testEvents([
    [0, 'web1', ended(hostile)],
    [1, 'web1', ended('x', { outcome: 'skip', why: hostile })],
    [2, 'web1', ended('y', { outcome: 'fail', why: hostile })],
  ])
  const lines = tapText(events).split('\n')
  expect(lines.filter((line) => /^ {4}(not )?ok/.test(line))).toEqual([
    expect.stringMatching(/^ {4}ok 1 - a\\\\x1b\[31m\]\]>.* \\# SKIP \\\\ ✗ 😀 not ok 1$/),
    expect.stringMatching(/^ {4}ok 2 - x # SKIP a.* \\# SKIP/),
    '    not ok 3 - y',
  ])
  expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
})

test('a run that was stopped bails out, and what it interrupted is not ok', () => {
  const end = scan.at(-1)
  if (end?.event !== 'run-end') throw new Error('there is no event')
  const open = testEvents([[0, 'web1', ended('shop > answers', { outcome: 'interrupted', why: 'the run ended' })]])
  const lines = tapText([...open, { ...end, exitCode: 5, why: 'stopped' }]).split('\n')
  expect(lines).toContain('    not ok 1 - shop > answers')
  expect(lines).toContain('      outcome: "interrupted"')
  expect(lines).toContain('Bail out! stopped')
})

test('what an .only hides is a comment of its node', () => {
  const events = testEvents([[0, 'web1', { event: 'file-only', file: 'a.nodetest.ts', line: 7 }]])
  expect(tapText(events)).toContain(
    '\n    # a.nodetest.ts:7: `.only` leaves out the other tests of its file. Remove it.\n    1..0\n',
  )
})
