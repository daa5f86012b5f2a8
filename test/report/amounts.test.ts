import { expect, test } from 'vitest'
import { count, rate, size } from '../../src/report/amounts.ts'
import { duration } from '../../src/words/clock.ts'

test.each([
  [-5, '0 ms'],
  [12, '12 ms'],
  [812, '0.8 s'],
  [59_940, '59.9 s'],
  [59_990, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [11_040_000, '3 h 4 min'],
  [3 * 86_400_000 + 3_600_000, '3 days 1 h'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [34_521_000, '34.5 MB'],
  [999_960, '1.0 MB'],
  [5e15, '5000.0 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(size(bytes)).toBe(text)
})

test('a rate needs some time', () => {
  expect(rate(5_000_000, 2000)).toBe('2.5 MB/s')
  expect(rate(5_000_000, 50)).toBeUndefined()
})

test('one is singular', () => {
  expect([0, 1, 2].map((n) => count(n, 'step'))).toEqual(['0 steps', '1 step', '2 steps'])
})
