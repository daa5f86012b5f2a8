import fc from 'fast-check'
import { expect, test } from 'vitest'
import { windowOf } from '../../../src/report/live/window.ts'

test.each([
  ['all of a short list', 5, 0, 5, [0, 5]],
  ['the beginning, with a row for what is below', 100, 0, 10, [0, 9]],
  ['the end, with a row for what is above', 100, 99, 10, [91, 100]],
  ['a third of the room above the row in the middle', 100, 50, 11, [47, 56]],
  ['that row alone where there is no room', 100, 50, 1, [50, 51]],
])('a window shows %s', (_title, count, at, room, [from, to]) => {
  expect(windowOf(count, at, room)).toEqual({ from, to })
})

test('a window holds the row that is looked at, and with the rows for what is hidden it fills the room', () => {
  const lists = fc
    .integer({ min: 1, max: 400 })
    .chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1), fc.integer({ min: 3, max: 60 })))
  fc.assert(
    fc.property(lists, ([count, at, room]) => {
      const { from, to } = windowOf(count, at, room)
      const rows = to - from + Number(from > 0) + Number(to < count)
      return from <= at && at < to && from >= 0 && to <= count && rows === Math.min(count, room)
    }),
  )
})
