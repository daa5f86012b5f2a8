import { describe, expect, test } from 'vitest'
import { junitText } from '../../../src/report/tests/junit.ts'
import { testLog } from '../../../src/report/tests/log.ts'
import { tapText } from '../../../src/report/tests/tap.ts'
import { ended, testEvents } from './events.ts'

const counts = { pass: 1, fail: 0, skip: 0, unknown: 0, interrupted: 0 }
const gone = { event: 'node-end', outcome: 'unreachable', counts, roundTrips: 2, ms: 30 } as const
const over = { event: 'run-end', status: 'ERROR', exitCode: 4, counts, unreachable: 1, ms: 31 } as const

/** A node that went away after a test, without a word. */
const lost = testEvents([
  [1, 'web1', ended('a')],
  [2, 'web1', gone],
  [3, 'web1', over],
])

describe('a node that went away after a test', () => {
  test('is a point of its own in TAP', () => {
    expect(tapText(lost)).toContain(
      '    ok 1 - a\n    not ok 2 - reach\n      ---\n      outcome: "unreachable"\n      ...\n    1..2\nnot ok 1 - web1\n',
    )
  })

  test('is an error of its own in JUnit', () => {
    expect(junitText(lost)).toMatch(/<testcase [^>]*name="reach"[^>]*>\s*<error [^>]*message="unreachable"/)
  })
})

test.each([
  [7, undefined, 'Bail out! ERROR'],
  [7, 'vitest broke # 3', 'Bail out! vitest broke \\# 3'],
  [4, undefined, undefined],
])('a run that ends with %i and %s is %s in TAP', (exitCode, why, line) => {
  const end = { ...over, exitCode, ...(why === undefined ? {} : { why }) }
  const told = tapText(
    testEvents([
      [1, 'web1', ended('a')],
      [2, 'web1', end],
    ]),
  ).split('\n')
  expect(told.find((each) => each.startsWith('Bail out!'))).toBe(line)
})

test('a file that nothing else is known of has no time in JUnit', () => {
  const text = junitText(testEvents([[1, 'web1', { event: 'file-broken', file: 'a.nodetest.ts', why: 'syntax' }]]))
  expect(text).toContain('<testsuite name="web1"')
  expect(text).not.toContain('timestamp=')
})

test.each([
  ['OK', undefined, / INFO {4}web1 {7}OK: .*31 ms$/],
  ['ERROR', undefined, / ERROR {3}web1 {7}ERROR: .*1 unreachable.*31 ms$/],
  ['ERROR', 'it broke\x1b[2J', /ERROR: .*31 ms\. it broke\\x1b\[2J$/],
] as const)('the end of a run that is %s, because of %s, is a line of the log', (status, why, line) => {
  const lines: string[] = []
  const end = { ...over, status, unreachable: status === 'OK' ? 0 : 1, ...(why === undefined ? {} : { why }) }
  for (const event of testEvents([[1, 'web1', end]])) testLog((each) => lines.push(each)).event(event)
  expect(lines).toEqual([expect.stringMatching(line)])
})
