import { expect, test } from 'vitest'
import { poll } from '../../src/ops/poll.ts'

const { signal } = new AbortController()

test('it ends with the first look that has no complaint', async () => {
  const answers = ['not yet', undefined, 'too late']
  await poll(async () => answers.shift(), { timeout: 10_000, signal })
  expect(answers).toEqual(['too late'])
})

test('it looks once at least, and fails with what it saw last', async () => {
  const looks: number[] = []
  const look = async (limit: number) => `look ${looks.push(limit)}`
  await expect(poll(look, { timeout: 1, signal })).rejects.toThrow(/^look \d, after 0\.001 s$/)
  expect(new Set(looks)).toEqual(new Set([1000]))
})

test('a look may take five seconds at most, in whole milliseconds', async () => {
  const limits: number[] = []
  await poll(async (limit) => void limits.push(limit), { timeout: 60_000, signal })
  await poll(async (limit) => void limits.push(limit), { timeout: 2_000, signal })
  expect(limits).toEqual([5000, 2000])
})

test('it throws when it is aborted, and what a look throws', async () => {
  const aborted = poll(async () => 'no', { timeout: 10_000, signal: AbortSignal.timeout(20) })
  await expect(aborted).rejects.toThrow(/aborted/)
  const broken = poll(async () => Promise.reject(new Error('broken')), { timeout: 10_000, signal })
  await expect(broken).rejects.toThrow('broken')
})
