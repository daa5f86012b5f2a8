import { expect, test, vi } from 'vitest'
import { workplace } from '../../src/operations/workplace.ts'

test('runs that begin in one second are named in the order in which they began', () => {
  vi.useFakeTimers()
  const times = ['12:00:00.000', '12:00:00.009', '12:00:00.010', '12:00:00.999', '12:00:01.000']
  const names = times.map((time) => {
    vi.setSystemTime(new Date(`2026-11-20T${time}Z`))
    return workplace({}).newRunId()
  })
  vi.useRealTimers()
  expect(names.map((name) => name.replace(/.{5}$/, ''))).toEqual([
    '20261120T120000Z-000',
    '20261120T120000Z-009',
    '20261120T120000Z-00a',
    '20261120T120000Z-3e7',
    '20261120T120001Z-000',
  ])
  expect([...names].sort()).toEqual(names)
})
