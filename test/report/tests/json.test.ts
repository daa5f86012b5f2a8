import { expect, test } from 'vitest'
import { jsonTestReporter } from '../../../src/report/tests/json.ts'
import { testLog } from '../../../src/report/tests/log.ts'
import type { TestReporter } from '../../../src/report/tests/reporter.ts'
import { ended, hostile, scan, testEvents } from './events.ts'

function lines(reporter: (write: (line: string) => void) => TestReporter, events = scan): string[] {
  const found: string[] = []
  const made = reporter((line) => found.push(line))
  for (const event of events) made.event(event)
  return found
}

const odd = testEvents([[0, 'web1', ended(hostile, { outcome: 'fail', why: hostile })]])

test('each event is one line of JSON, as it came', () => {
  expect(lines(jsonTestReporter).map((line) => JSON.parse(line))).toEqual(scan)
})

test('a line of JSON steers no terminal', () => {
  const [line = '', more] = lines(jsonTestReporter, odd)
  expect(more).toBeUndefined()
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(JSON.parse(line)).toEqual(odd[0])
})

test('the log has a line a test, with its reason below it', () => {
  const found = lines(testLog).map((line) => line.slice(24))
  expect(found.slice(0, 4)).toEqual([
    'INFO    db1        pass in 12 ms: disk > has room (nodetests/disk.nodetest.ts)',
    'ERROR   web1       fail in 12 ms: shop > answers (nodetests/shop.nodetest.ts)',
    'ERROR   web1           expected 200, got 502 & <html>',
    'ERROR   web1             at shop.nodetest.ts:7',
  ])
  expect(found.slice(-2)).toEqual([
    'ERROR   web22      unreachable: connection refused; no tests; 0 round trips, 30 ms',
    'ERROR   web1,db1,web22 ERROR: 1 failed, 1 unknown, 2 passed, 2 skipped, 1 unreachable, 0.9 s',
  ])
})

test('a line of the log steers no terminal', () => {
  for (const line of lines(testLog, odd)) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
})
