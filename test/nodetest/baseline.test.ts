import { expect, test } from 'vitest'
import {
  type Baseline,
  baselineText,
  drift,
  driftLines,
  mostShown,
  parseBaseline,
} from '../../src/nodetest/baseline.ts'
import { baselineJson, baselineLines } from '../../src/report/tests/baseline.ts'

const baseline: Baseline = {
  node: 'web1',
  as: 'root',
  facts: new Map([
    ['users', ['root 0', 'adm 3', 'root 0']],
    ['packages', ['curl 8.5']],
    ['setuid', { unknown: 'it needs root' }],
    ['cron', []],
  ]),
}

test('a baseline is written sorted, an entry a line', () => {
  expect(baselineText(baseline)).toBe(`{
  "version": 1,
  "node": "web1",
  "as": "root",
  "facts": {
    "cron": [],
    "packages": [
      "curl 8.5"
    ],
    "setuid": {
      "unknown": "it needs root"
    },
    "users": [
      "adm 3",
      "root 0"
    ]
  }
}
`)
})

test('what was written is read again', () => {
  const { facts, ...rest } = parseBaseline(baselineText(baseline))
  expect(rest).toEqual({ node: 'web1', as: 'root' })
  expect(facts.get('users')).toEqual(['adm 3', 'root 0'])
  expect(facts.get('setuid')).toEqual({ unknown: 'it needs root' })
  expect(facts.get('cron')).toEqual([])
})

test.each(['', '{', 'null', '{"version":2,"node":"a","facts":{}}', '{"version":1,"node":"a","facts":{"users":"x"}}'])(
  '%j is no baseline',
  (text) => {
    expect(() => parseBaseline(text)).toThrow()
  },
)

test.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ['the same', ['a', 'b'], ['b', 'a'], []],
  ['one more', ['a'], ['a', 'b'], ['+ b']],
  ['one less', ['a', 'b'], ['b'], ['- a']],
  ['a version', ['curl 8.4', 'vim 9'], ['curl 8.5', 'vim 9'], ['- curl 8.4', '+ curl 8.5']],
  ['several versions', ['a 1', 'b 1'], ['a 2', 'b 2'], ['- a 1', '+ a 2', '- b 1', '+ b 2']],
])('the drift of %s', (_what, before, after, lines) => {
  expect(driftLines(drift(before, after))).toEqual(lines)
})

test('a great drift is cut, and says by how much', () => {
  const lines = driftLines(
    drift(
      [],
      Array.from({ length: 100 }, (_, n) => `line ${n}`),
    ),
  )
  expect(lines.length).toBe(mostShown + 1)
  expect(lines.at(-1)).toBe('… and 60 more')
})

const former: Baseline = { node: 'web1', facts: new Map([['packages', ['curl 8.4']]]) }

test('recording says what changed since the last time, and what could not be told', () => {
  const lines = baselineLines({ file: '/x/web1.json', baseline, former, notRoot: 'no\x1b[2J' })
  expect(lines).toEqual([
    'web1  recorded as seen by root: /x/web1.json',
    '  not asked as root: no\\x1b[2J',
    '  users             3',
    '  packages          1, +1 -1',
    '    - curl 8.4',
    '    + curl 8.5',
    '  setuid            not recorded: it needs root',
    '  cron              0',
  ])
})

test('the same is told to programs', () => {
  expect(baselineJson({ file: '/x/web1.json', baseline, former })).toEqual({
    event: 'baseline',
    node: 'web1',
    file: '/x/web1.json',
    as: 'root',
    facts: {
      users: { count: 3 },
      packages: { count: 1, added: ['curl 8.5'], removed: ['curl 8.4'] },
      setuid: { unknown: 'it needs root' },
      cron: { count: 0 },
    },
  })
})
