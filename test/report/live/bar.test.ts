import { expect, test } from 'vitest'
import { barLine } from '../../../src/report/live/bar.ts'
import type { Transfer } from '../../../src/report/live/state.ts'

const half: Transfer = { done: 10_000_000, total: 20_000_000, rate: 5_000_000, remaining: 2000, files: 3, allFiles: 9 }

test.each<[Transfer, number, string]>([
  [half, 100, `${'█'.repeat(15)}${'░'.repeat(15)}   50 %  10.0 MB of 20.0 MB  5.0 MB/s  2 s left  3 of 9 files`],
  [half, 56, '████░░░░░   50 %  10.0 MB of 20.0 MB  5.0 MB/s  2 s left'],
  [half, 36, '████░░░░░   50 %  10.0 MB of 20.0 MB'],
  [half, 20, '██████░░░░░░░   50 %'],
  [half, 5, ' 50 %'],
  [{ done: 0, total: 0 }, 60, `${'░'.repeat(30)}    0 %  0 B of 0 B`],
  [{ done: 5, total: 5, rate: 5, remaining: 0 }, 60, `${'█'.repeat(30)}  100 %  5 B of 5 B  5 B/s`],
])('%j within %d columns', (transfer, columns, line) => {
  expect(barLine(transfer, columns)).toBe(line)
})
