import { expect, test, vi } from 'vitest'
import { askSlowly, askTogether } from '../../src/nodetest/asking.ts'
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

test.each([
  [{ exit: 127 }, 'sh: not found\n', 'sh: not found'],
  [{ exit: 3 }, '', 'sh ended with exit 3'],
  [{ signal: 'SIGKILL' }, '', 'sh ended with SIGKILL'],
])('a shell that ends with %o and %j answers nothing, and is not asked again', async (end, stderr, why) => {
  const run = vi.fn(async () => ({ ...end, stdout: Buffer.from('Last login'), stderr: Buffer.from(stderr) }))
  const answers: unknown[] = []
  const asked = ['/a', '/b'].map((path) => ({
    question: { name: 'file', words: [path] },
    settle: (answer: unknown) => answers.push(answer),
  }))
  await askTogether(asked, { run, signal: new AbortController().signal })
  expect(answers).toEqual(Array(2).fill(new Unknown(`the node did not answer: ${why}`)))
  expect(run).toHaveBeenCalledOnce()
})
