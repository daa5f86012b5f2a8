import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compares } from '../../src/nodetest/compare.ts'
import { nodeMatchers } from '../../src/nodetest/match.ts'
import { matchers } from '../../src/nodetest/matchers.ts'
import { nodeOn } from '../../src/nodetest/node.ts'
import { questionsFor } from '../../src/nodetest/questions.ts'

/** One of each kind of thing that can be asked about; a command's end is the one that is no question. */
const ask = () => Promise.reject(new Error('nobody is asked'))
const node = questionsFor(ask, 'web1')
const subjects: readonly object[] = [
  node.addr('a'),
  node.addr('a').port(1),
  node.cert('/c'),
  node.command('c'),
  node.cron(),
  node.disk('/'),
  node.environment(),
  node.file('/f'),
  node.group('g'),
  node.http('http://h'),
  node.interface('lo'),
  node.kernelModule('k'),
  node.kernelModule('k').parameter('p'),
  node.mount('/'),
  node.package('p'),
  node.process('p'),
  node.service('s'),
  node.socket('tcp://:1'),
  node.sysctl('a.b'),
  node.systemInfo(),
  node.user('u'),
  { about: 'command', exit: 0, succeeded: true, stdout: '', stderr: '' },
]

describe('each matcher', () => {
  test.each(Object.entries(matchers))('%s asks something that there is', (_name, { asks }) => {
    for (const method of [asks].flat())
      expect(
        subjects.some((subject) => method in subject),
        method,
      ).toBe(true)
  })

  test('is known to TypeScript, and no other', () => {
    const text = readFileSync(new URL('../../src/nodetest/augment.ts', import.meta.url), 'utf8')
    const typed = [...text.matchAll(/^ {2}(to\w+)\(/gm)].map(([, name]) => name)
    // Vitest has a toContain of its own, whose type serves ours.
    expect([...typed, 'toContain'].sort()).toEqual(Object.keys(matchers).sort())
  })
})

test.each([
  ['equal', 'a', 'a', true],
  ['equal', 'abc', /b/, true],
  ['equal', 1, '1', false],
  ['contains', 'abc', 'b', true],
  ['contains', ['abc'], 'b', false],
  ['contains', ['abc'], 'abc', true],
  ['includes', ['rw', 'noexec'], 'noexec', true],
  ['includes', ['rw', 'size=5'], /^size=/, true],
  ['addressed', ['192.0.2.1/24'], '192.0.2.1', true],
  ['addressed', ['192.0.2.1/24'], '192.0.2.1/24', true],
  ['addressed', ['192.0.2.1/24'], '192.0.2.1/16', false],
  ['mode', 0o644, '0644', true],
  ['mode', 0o644, 0o644, true],
  ['mode', 0o4755, '755', false],
  ['permits', 0o664, '0644', true],
  ['permits', 0o600, '0644', false],
  ['permits', 0o070, '0707', true],
  ['lasts', 21.5, { days: 21 }, true],
  ['lasts', 20.9, { days: 21 }, false],
] as const)('%s: %j and %j', (how, actual, expected, holds) => {
  expect(compares[how].holds(actual, expected)).toBe(holds)
})

test('a thing of the node as another user is asked as that user, with what ends it', async () => {
  const asked: unknown[] = []
  const signal = new AbortController().signal
  const line = {
    ask: async (question: unknown, options: unknown) => {
      asked.push([question, options])
      return { exit: 10, stdout: Buffer.alloc(0), stderr: '' }
    },
    run: () => Promise.reject(new Error('nothing is run')),
  }
  const about = { name: 'web1', attributes: {}, groups: [], data: {} }
  const it = nodeOn(line, about, () => signal)
  expect(await it.sudo('www').file('/a').exists()).toBe(false)
  expect(await it.sudo().sudo('www').file('/a').exists()).toBe(false)
  expect(asked).toEqual(
    Array(2).fill([
      { name: 'file', words: ['/a'] },
      { as: 'www', signal },
    ]),
  )
})

test('as many matchers are handed to vitest as there are', () => {
  expect(Object.keys(nodeMatchers)).toEqual(Object.keys(matchers))
})
