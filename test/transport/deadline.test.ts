import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startDeadline } from '../../src/transport/deadline.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('a deadline expires when its time is over', () => {
  const expired = vi.fn()
  startDeadline(100, expired)
  vi.advanceTimersByTime(99)
  expect(expired).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(expired).toHaveBeenCalledOnce()
})

test('the time of a question does not count', async () => {
  const expired = vi.fn()
  const deadline = startDeadline(100, expired)
  vi.advanceTimersByTime(60)
  let answer: (text: string) => void = () => {}
  const asked = deadline.pausedFor(
    new Promise<string>((resolve) => {
      answer = resolve
    }),
  )
  vi.advanceTimersByTime(60_000)
  answer('yes')
  expect(await asked).toBe('yes')
  vi.advanceTimersByTime(39)
  expect(expired).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(expired).toHaveBeenCalledOnce()
})

test('a stopped deadline never expires, not even after a question', async () => {
  const expired = vi.fn()
  const deadline = startDeadline(100, expired)
  const asked = deadline.pausedFor(Promise.resolve())
  deadline.stop()
  await asked
  vi.advanceTimersByTime(1000)
  expect(expired).not.toHaveBeenCalled()
})
