import { expect, test } from 'vitest'
import { exitCodes } from '../../src/words/status.ts'
import { worstFirst, worstOf } from '../../src/words/worst.ts'

test.each([
  [[], undefined],
  [[0], 0],
  [[0, 5], 5],
  [[5, 1, 5], 1],
  [[1, 7], 7],
  [[6, 1], 1],
  [[5, 6], 6],
  [[3, 5], 3],
  [[3, 4], 4],
  [[2, 3], 3],
  [[2, 0, 5], 2],
])('of the exit codes %j the worst is %s', (codes, worst) => {
  expect(worstOf(codes.map((exitCode) => ({ exitCode })))?.exitCode).toBe(worst)
})

test('every exit code has its place in the order', () => {
  expect([...worstFirst].sort()).toEqual(Object.keys(exitCodes).sort())
})
