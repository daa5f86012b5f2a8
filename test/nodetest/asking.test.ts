import { expect, test } from 'vitest'
import { askSlowly } from '../../src/nodetest/asking.ts'
import type { RunOptions } from '../../src/ops/types.ts'
import { Unknown } from '../../src/questions/types.ts'

test.each([
  ['http', ['', '', 'http://127.0.0.1/', '10', ''], 60_000],
  // q_inventory looks for set-user-ID files for two minutes.
  ['inventory', ['setuid'], 130_000],
])('%s may take its time', async (name, words, limit) => {
  const asked: RunOptions[] = []
  const run = async (_argv: readonly string[], options: RunOptions = {}) => {
    asked.push(options)
    return { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), timedOut: true as const }
  }
  const answer = await new Promise((settle) => {
    void askSlowly({ question: { name, words }, settle }, { run, signal: new AbortController().signal })
  })
  expect(asked.map(({ timeout }) => timeout)).toEqual([limit])
  expect(answer).toEqual(new Unknown(`the node did not answer within ${limit / 1000} s`))
})
