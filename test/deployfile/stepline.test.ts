import { expect, test } from 'vitest'
import { readStep } from '../../src/deployfile/stepline.ts'

/** What a line says, and what is told of it. */
function readLine(text: string) {
  const told: string[] = []
  return { step: readStep(text, (message) => told.push(message)), told }
}

test.each([
  ['local run true', { side: 'local', options: {}, op: 'run', args: ['true'] }],
  [
    'remote as=root cd=/srv run ./x a=b',
    { side: 'remote', options: { as: 'root', cd: '/srv' }, op: 'run', args: ['./x', 'a=b'] },
  ],
  ['remote timeout=10m open-bundle', { side: 'remote', options: { timeout: 600_000 }, op: 'open-bundle', args: [] }],
  [
    'local secrets=a,b,a sh "echo $a"',
    { side: 'local', options: { secrets: ['a', 'b'] }, op: 'sh', args: ['echo $a'] },
  ],
  ['remote X=1 run', { side: 'remote', options: {}, op: 'X=1', args: ['run'] }],
  ['remote ./a=b run', { side: 'remote', options: {}, op: './a=b', args: ['run'] }],
])('%s', (line, step) => {
  expect(readLine(line)).toEqual({ step, told: [] })
})

test.each([
  ['remote as=root', 1],
  ['remote as=root as=ops run true', 1],
  ['sideways as= cd= secrets= timeout=10 run true', 5],
  ['remote "run', 1],
  ['', 1],
])('%j is told of, all at once', (line, problems) => {
  const { step, told } = readLine(line)
  expect(step).toBeUndefined()
  expect(told).toHaveLength(problems)
})

test('the longest timeout is what a timer can wait', () => {
  expect(readLine(`remote timeout=${2 ** 31 - 1}ms run true`).told).toEqual([])
  expect(readLine(`remote timeout=${2 ** 31}ms run true`).told).toEqual([
    `the timeout \`${2 ** 31}ms\` is too long. Write at most 24d.`,
  ])
})
