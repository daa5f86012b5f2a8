import { expect, test } from 'vitest'
import { TestReporter } from '../../src/nodetest/reporter.ts'

const a = '/shop/nodetests/a.nodetest.ts'

/** What is told of errors that vitest found, and of what was printed, while nothing ran. */
function told(errors: Parameters<TestReporter['onTestRunEnd']>[1]): readonly string[] {
  const strays: string[] = []
  const reporter = new TestReporter({
    tallies: new Map(),
    names: new Map([[a, 'nodetests/a.nodetest.ts']]),
    tell: (node) => strays.push(`told of ${node}`),
    filtered: false,
    refusesOnly: false,
    onNodeEnd: () => {},
    onHeard: () => {},
    onStray: (why) => strays.push(why),
  })
  reporter.onUserConsoleLog({ type: 'stdout', content: 'hello' })
  reporter.onTestRunEnd([], errors)
  return strays
}

const at = (path: string) => `Error: boom\n    at ${path}:3:7`

test.each([
  ['in a file of tests', { VITEST_TEST_PATH: a, stack: at(a) }, 'boom\n  at nodetests/a.nodetest.ts:3:7'],
  ['in another file', { VITEST_TEST_PATH: '/b.ts', stack: at('/b.ts') }, 'boom\n  at /b.ts:3:7'],
  ['nobody knows where', { stack: at(a) }, 'boom'],
  ['where no text says', { VITEST_TEST_PATH: 3, stack: at(a) }, 'boom'],
])('an error that belongs to no test is told once: %s', (_where, more, text) => {
  expect(told([{ message: 'boom', name: 'Error', ...more }])).toEqual([text])
})
