import { expect, test } from 'vitest'
import { logTime } from '../../src/report/time.ts'

test.each([
  ['2026-11-20T12:00:00.123Z', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,123$/],
  ['yesterday\x1b[2J', /^yesterday\\x1b\[2J$/],
])('the time %j of an event is shown as %s', (iso, shown) => {
  expect(logTime(iso)).toMatch(shown)
})
