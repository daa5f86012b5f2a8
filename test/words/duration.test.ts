import { expect, test } from 'vitest'
import { milliseconds } from '../../src/words/duration.ts'

test.each([
  ['30s', 30_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['0.1ms', 1],
  ['0s', undefined],
  ['30', undefined],
  ['-1s', undefined],
  ['1 s', undefined],
  ['1y', undefined],
  ['', undefined],
])('%j is %s ms', (text, ms) => {
  expect(milliseconds(text)).toBe(ms)
})
