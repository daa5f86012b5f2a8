import { expect, test } from 'vitest'
import { progressMeter, progressText } from '../../src/report/progress.ts'
import type { EventOf } from '../../src/report/reporter.ts'
import { deliver, eventsOf } from './events.ts'

function lines(transfers: readonly (readonly [ms: number, done: number, total: number])[]): string[] {
  const meter = progressMeter()
  const started = eventsOf([[0, { event: 'step-start', ...deliver, attempt: 1, command: '' }]])
  meter.start(started[0] as EventOf<'step-start'>)
  const events = eventsOf(transfers.map(([ms, done, total]) => [ms, { event: 'progress', ...deliver, done, total }]))
  return events.map((event) => meter.line(event as EventOf<'progress'>)).filter((line) => line !== undefined)
}

test('a fast transfer of a thousand parts is told in ten lines, and its end always', () => {
  const told = lines(Array.from({ length: 1000 }, (_, n) => [n, (n + 1) * 1000, 1_000_000]))
  expect(told).toHaveLength(10)
  expect(told.at(-1)).toBe('1.0 MB of 1.0 MB, 100 %, 1.0 MB/s')
})

test('a slow one is told every two seconds', () => {
  expect(lines(Array.from({ length: 60 }, (_, n) => [n * 100, n + 1, 1_000_000]))).toHaveLength(2)
})

test('one that stands still is not told', () => {
  expect(
    lines([
      [5000, 0, 100],
      [9000, 0, 100],
    ]),
  ).toEqual([])
})

test.each([
  [0, 0, 10, '0 B of 0 B'],
  [12_000_000, 34_500_000, 1500, '12.0 MB of 34.5 MB, 34 %, 8.0 MB/s'],
])('%d of %d bytes after %d ms: %s', (done, total, ms, text) => {
  expect(progressText(done, total, ms)).toBe(text)
})
