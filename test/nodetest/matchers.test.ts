import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compares } from '../../src/nodetest/compare.ts'
import { nodeMatchers } from '../../src/nodetest/match.ts'
import { matchers } from '../../src/nodetest/matchers.ts'
import { nodeOn } from '../../src/nodetest/node.ts'
import { questionsFor } from '../../src/nodetest/questions.ts'
import { Waits } from '../../src/nodetest/waits.ts'

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
  { about: 'command', signal: 'SIGKILL', succeeded: false, stdout: '', stderr: '' },
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
  ['equal', 1, 2, false],
  ['equal', true, 'yes', false],
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
  ['exits', 3, 3, true],
  ['exits', 'SIGTERM', 143, false],
  ['lasts', 21.5, { days: 21 }, true],
  ['lasts', 20.9, { days: 21 }, false],
] as const)('%s: %j and %j', (how, actual, expected, holds) => {
  expect(compares[how].holds(actual, expected)).toBe(holds)
})

test.each([
  ['equal', '2', 2],
  ['equal', 1, '1'],
  ['equal', 1, /1/],
  ['equal', 'root', undefined],
  ['contains', 'abc', undefined],
  ['contains', 'a5', 5],
  ['contains', true, 5],
  ['includes', ['root'], 0],
  ['exits', 'SIGTERM', '143'],
  ['includes', [], 0],
  ['addressed', ['192.0.2.1/24'], /^192/],
  ['includes', 5, 'a'],
  ['addressed', {}, '192.0.2.1'],
  ['mode', 0o644, 'rw'],
  ['lasts', 30, 21],
  ['lasts', 30, null],
] as const)('%s: %j can not be compared with %j, whichever is wanted', (how, actual, expected) => {
  expect(() => compares[how].holds(actual, expected)).toThrow(TypeError)
})

test.each([
  ['lasts', 20.9, '20 days'],
  ['lasts', { days: 21 }, '21 days'],
  ['mode', 0o4755, '04755'],
  ['exits', 'SIGTERM', 'killed by SIGTERM'],
  ['equal', 'x'.repeat(500), `"${'x'.repeat(399)}…`],
] as const)('%s: %j is shown as %s', (how, value, text) => {
  expect(compares[how].show(value)).toBe(text)
})

test.each([
  ['toHaveValue', { value: '2' }, [2], '2 is no text'],
  ['toHaveUid', { uid: 0 }, ['0'], '"0" is no number'],
  ['toBeOwnedBy', { user: 'root', uid: 0 }, ['0'], '"0" is no name. Write 0 without quotes'],
  ['toBeOwnedBy', { user: 'root', uid: 0 }, [undefined], 'undefined is no text'],
  ['toBeGroupedInto', { group: 'root', gid: 0 }, ['0'], '"0" is no name'],
  ['toHaveSize', { size: 1 }, ['1'], '"1" is no number'],
  ['toBelongTo', { groups: ['root'] }, [0], '0 is no text'],
  ['toPrint', { stdout: 'a' }, [undefined], 'undefined is no text'],
  ['toContain', { contains: false }, [5], '5 is no text'],
])('not %s of %j fails for %j', async (name, facts, words, why) => {
  const matched = nodeMatchers[name]?.call({ isNot: true }, { about: 'it on web1', ...facts }, ...words)
  await expect(matched).rejects.toThrow(why)
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
  const it = nodeOn(line, about, () => ({ signal, waits: new Waits(), limit: 1000 }))
  expect(await it.sudo('www').file('/a').exists()).toBe(false)
  expect(await it.sudo().sudo('www').file('/a').exists()).toBe(false)
  expect(asked).toEqual(
    Array(2).fill([
      { name: 'file', words: ['/a'] },
      { as: 'www', signal, onBegin: expect.any(Function) },
    ]),
  )
})

test('as many matchers are handed to vitest as there are', () => {
  expect(Object.keys(nodeMatchers)).toEqual(Object.keys(matchers))
})
