import { expect, test } from 'vitest'
import { Broker } from '../../src/nodetest/broker.ts'
import { countingHost } from './fakehost.ts'

const exists = (path: string) => ({ name: 'file', words: [path] })

test('what nobody waits for any more is not asked', async () => {
  const host = countingHost()
  const over = new AbortController()
  const asked = new Broker(host).ask(exists('/etc'), { signal: over.signal })
  over.abort()
  await expect(asked).rejects.toThrow('nobody waits for the answer')
  await new Broker(host).ask(exists('/tmp'))
  expect(host.runs.map(({ text }) => /'?\/(etc|tmp)'?/.exec(text)?.[1])).toEqual(['tmp'])
})

test.each([
  ['one of them still waits', 1, false],
  ['none of them waits', 2, true],
])('questions on their way are given up when %s: %s', async (_what, over, isGivenUp) => {
  const tests = [new AbortController(), new AbortController()]
  const answer = { exit: 1, stdout: Buffer.alloc(0), stderr: Buffer.from('closed') }
  const host = countingHost(async () => {
    for (const test of tests.slice(0, over)) test.abort()
    return answer
  })
  const broker = new Broker(host)
  await Promise.allSettled(tests.map(({ signal }, at) => broker.ask(exists(`/${at}`), { signal })))
  expect(host.runs.map(({ options }) => options.signal?.aborted)).toEqual([isGivenUp])
})
