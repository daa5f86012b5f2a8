import { expect, test } from 'vitest'
import { paceOf } from '../../src/run/pace.ts'

test('a transfer tells its rate and what remains, counting from where it began', () => {
  let at = 5_000
  const pace = paceOf(() => at)
  expect(pace({ done: 1_000, total: 5_000 })).toEqual({ done: 1_000, total: 5_000 })
  at += 500
  expect(pace({ done: 2_000, total: 5_000 })).toEqual({ done: 2_000, total: 5_000, rate: 2_000, remaining: 1_500 })
  at += 1_500
  expect(pace({ done: 5_000, total: 5_000, files: 3 })).toEqual({
    done: 5_000,
    total: 5_000,
    files: 3,
    rate: 2_000,
    remaining: 0,
  })
})

test('at its first moment nothing is guessed', () => {
  const pace = paceOf(() => 0)
  pace({ done: 0, total: 10 })
  expect(pace({ done: 5, total: 10 })).toEqual({ done: 5, total: 10 })
})
