import { expect, test } from 'vitest'
import { addHits, type FileHits } from './hits.ts'

/** A statement that is an `if` without an `else`, in a function. */
function file(hits: readonly [statement: number, called: number, taken: number, not: number], column = 2): FileHits {
  const [statement, called, taken, not] = hits
  const at = { start: { line: 3, column } }
  return {
    statementMap: { 0: at },
    fnMap: { 0: { loc: { start: { line: 1, column: 0 } } } },
    branchMap: { 0: { loc: at, locations: [{ start: { line: 3, column: 9 } }, { start: {} }] } },
    s: { 0: statement },
    f: { 0: called },
    b: { 0: [taken, not] },
  }
}

test.each<[string, FileHits, FileHits]>([
  ['adds what another process reached', file([5, 2, 3, 2], 2), file([6, 3, 3, 3])],
  ['adds nothing to a part that is not where it is in the other', file([5, 2, 3, 2], 4), file([1, 3, 0, 1])],
])('%s', (_, other, both) => {
  const own = file([1, 1, 0, 1])
  addHits(own, other)
  expect(own).toEqual(both)
})

test('a file of which nothing was reached gets all from the other', () => {
  const own = file([0, 0, 0, 0])
  addHits(own, file([4, 1, 3, 1]))
  expect(own).toEqual(file([4, 1, 3, 1]))
})
