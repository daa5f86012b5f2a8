import { expect, test } from 'vitest'
import { eachOf } from '../../src/run/bounded.ts'

test.each([
  [0, 3],
  [2, 3],
  [7, 1],
  [7, 3],
  [7, 99],
])('of %i items at most %i are in work, and the results keep their order', async (size, most) => {
  const items = Array.from({ length: size }, (_, index) => index)
  let working = 0
  let peak = 0
  const results = await eachOf(items, most, async (item) => {
    working += 1
    peak = Math.max(peak, working)
    for (let turn = item % 3; turn >= 0; turn--) await Promise.resolve()
    working -= 1
    return item * 2
  })
  expect(results).toEqual(items.map((item) => item * 2))
  expect(peak).toBe(Math.min(size, most))
})

test('a failure is told when what began with it is over', async () => {
  const over: number[] = []
  const work = eachOf([1, 2, 3], 2, async (item) => {
    if (item === 1) throw new Error('no')
    await new Promise((resolve) => setImmediate(resolve))
    over.push(item)
  })
  await expect(work).rejects.toThrow('no')
  expect(over).toEqual([2, 3])
})
