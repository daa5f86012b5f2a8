import { expect, test } from 'vitest'
import { localTime, zonedTime } from '../../src/words/clock.ts'

const noon = '2026-11-20T12:00:00Z'
const zone = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z][\w+:-]*/

test.each([
  [0, ', 0 ms ago'],
  [125_400, ', 2 min 5 s ago'],
  [-1, ''],
])('a time that is %i ms ago is told with its zone', (ms, passed) => {
  const told = zonedTime(noon, new Date(Date.parse(noon) + ms))
  expect(told).toMatch(zone)
  expect(told.replace(zone, '')).toBe(passed)
  expect(told.startsWith(localTime(noon))).toBe(true)
})

test('what is no time stays as it is', () => {
  expect([localTime('long ago'), zonedTime('long ago', new Date())]).toEqual(['long ago', 'long ago'])
})
