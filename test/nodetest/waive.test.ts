import { expect, test } from 'vitest'
import { formatProblem } from '../../src/deployfile/format.ts'
import { parseDeployFile } from '../../src/deployfile/parse.ts'
import { noCounts } from '../../src/nodetest/tally.ts'
import { waiving } from '../../src/nodetest/waive.ts'
import { parseWaivers, type WrittenWaiver } from '../../src/nodetest/waivers.ts'
import type { Counts, Outcome, TestEvent } from '../../src/ops/tests.ts'
import { ended, testEvents } from '../report/tests/events.ts'

const { deployFile } = parseDeployFile(
  `[deploy]
app = shop
release = 1
[group:web]
[node:web1]
groups = web
[node:web2]
groups = web
[node:db1]
[job:j]
a = local run true
`,
  'deploy.ini',
  '/shop',
)

function parse(text: string) {
  const { waivers, problems } = parseWaivers(text, 'waivers.ini', deployFile)
  return { waivers, problems: problems.map(formatProblem) }
}

test('a waiver has a test, a reason, a last day, and perhaps nodes', () => {
  const { waivers, problems } = parse(`; what we put up with
[shop > answers on [::1]:80]   ; see #12
nodes  = web, db1
reason = "the old; balancer"   # until it goes
until  = 2026-12-31

[disk > *]
reason = small
until  = 2026-11-20
`)
  expect(problems).toEqual([])
  expect(waivers).toEqual([
    {
      test: 'shop > answers on [::1]:80',
      nodes: new Set(['web1', 'web2', 'db1']),
      reason: 'the old; balancer',
      until: '2026-12-31',
      place: { file: 'waivers.ini', line: 2 },
    },
    { test: 'disk > *', reason: 'small', until: '2026-11-20', place: { file: 'waivers.ini', line: 7 } },
  ])
})

const sound = 'reason = x\nuntil = 2026-12-31\n'

test.each<[string, string, readonly string[]]>([
  [
    'nothing in it',
    '[a]\n',
    [
      'waivers.ini:1: the waiver for `a` has no reason. Add reason = WHY IT MAY FAIL.',
      'waivers.ini:1: the waiver for `a` has no until. Add until = 2026-12-31.',
    ],
  ],
  [
    'an empty reason',
    `[a]\nreason =\nuntil = 2026-12-31\n`,
    ['waivers.ini:2: reason is empty. Write reason = WHY IT MAY FAIL.'],
  ],
  [
    'no day of the calendar',
    '[a]\nreason = x\nuntil = 2026-02-30\n',
    ["waivers.ini:3: until can't be `2026-02-30`. Write a day as 2026-12-31."],
  ],
  ['never', '[a]\nreason = x\nuntil = never\n', ["waivers.ini:3: until can't be `never`. Write a day as 2026-12-31."]],
  [
    'a key that is none',
    `[a]\nresaon = x\n${sound}`,
    ['waivers.ini:2: a waiver has no `resaon`. Write nodes, reason or until. Did you mean reason?'],
  ],
  [
    'a key twice',
    `[a]\nreason = y\n${sound}`,
    ['waivers.ini:3: reason is already set in line 2. Keep one of the two.'],
  ],
  [
    'a line before any',
    `${sound}`,
    [
      'waivers.ini:1: reason belongs to no waiver. Put it below [FULL NAME OF A TEST].',
      'waivers.ini:2: until belongs to no waiver. Put it below [FULL NAME OF A TEST].',
    ],
  ],
  [
    'a line that is none',
    `[a]\nhello\n${sound}`,
    ['waivers.ini:2: `hello` is no KEY = VALUE. Write nodes, reason or until.'],
  ],
  [
    'a header without its end',
    `[a\n${sound}`,
    ['waivers.ini:1: the section is not closed, or more stands after it. End the line with ].'],
  ],
  ['no name', `[ ]\n${sound}`, ['waivers.ini:1: the section names no test. Write [FULL NAME OF A TEST].']],
  [
    'an open quote',
    `[a]\nreason = "x\nuntil = 2026-12-31\n`,
    ['waivers.ini:2: a quote in the value of reason is never closed. Close it.'],
  ],
  [
    'a control character',
    `[a]\n${sound}\x1b[2J\n`,
    ['waivers.ini:4: the line holds the control character `\\u{1b}`. Remove it.'],
  ],
  [
    'a node that is none',
    `[a]\nnodes = web1 wbe2\n${sound}`,
    [
      'waivers.ini:2: no node or group matches `wbe2`. Write the name of a node or group, or a glob. Did you mean web2?',
    ],
  ],
  [
    'an empty list of nodes',
    `[a]\nnodes =\n${sound}`,
    ['waivers.ini:2: nodes is empty. Name nodes or groups, or remove the line for all.'],
  ],
])('a waiver with %s is a problem of its line', (_what, text, problems) => {
  expect(parse(text).problems).toEqual(problems)
})

const base = { reason: 'known', until: '2026-12-31', place: { file: 'waivers.ini', line: 1 } }
const today = '2026-11-20'

/** The run of these tests on web1, waived. */
function waived(waivers: readonly WrittenWaiver[], tests: readonly Parameters<typeof ended>[], exitCode = 1) {
  const of = (outcome: string) => tests.filter(([, more]) => (more?.outcome ?? 'pass') === outcome).length
  const counts = { pass: of('pass'), fail: of('fail'), skip: of('skip'), unknown: of('unknown'), interrupted: 0 }
  const worst = counts.fail > 0 ? 'fail' : counts.unknown > 0 ? 'unknown' : 'pass'
  const events = testEvents([
    ...tests.map((test) => [1, 'web1', ended(...test)] as const),
    [2, 'web1', { event: 'node-end', outcome: worst, counts, roundTrips: 1, ms: 1 }],
    [3, 'web1', { event: 'run-end', status: 'FAILED', exitCode, counts, unreachable: exitCode === 4 ? 1 : 0, ms: 1 }],
  ])
  const of1 = waiving(() => waivers, today)
  const told = events.map((event) => of1.event(event))
  const end = <Kind extends TestEvent['event']>(kind: Kind) =>
    told.find((event): event is Extract<TestEvent, { event: Kind }> => event.event === kind)
  return { told, waiving: of1, node: end('node-end'), run: end('run-end') }
}

test.each<[string, Partial<WrittenWaiver> & { test: string }, boolean]>([
  ['its full name', { test: 'shop > answers' }, true],
  ['a glob', { test: 'shop > *' }, true],
  ['a glob of one character', { test: 'shop > answer?' }, true],
  ['a part of it', { test: 'answers' }, false],
  ['an expression', { test: 'shop.*' }, false],
  ['the name in other letters', { test: 'Shop > answers' }, false],
  ['its node', { test: 'shop > answers', nodes: new Set(['web1']) }, true],
  ['another node', { test: 'shop > answers', nodes: new Set(['web2']) }, false],
  ['its last day', { test: 'shop > answers', until: today }, true],
  ['the day before', { test: 'shop > answers', until: '2026-11-19' }, false],
])('a failing test is waived by %s: %o %s', (_what, waiver, isWaived) => {
  const { told, node, run } = waived([{ ...base, ...waiver }], [['shop > answers', { outcome: 'fail', why: 'no' }]])
  expect(told[0]).toMatchObject(
    isWaived
      ? { outcome: 'skip', why: 'no', waived: { reason: 'known', until: waiver.until ?? base.until } }
      : { outcome: 'fail' },
  )
  expect(node?.outcome).toBe(isWaived ? 'skip' : 'fail')
  expect(run).toMatchObject(isWaived ? { status: 'OK', exitCode: 0 } : { status: 'FAILED', exitCode: 1 })
})

test('an unknown outcome is waived like a failure', () => {
  const { told, node, run } = waived([{ ...base, test: 'a' }], [['a', { outcome: 'unknown', why: 'no ss' }], ['b']])
  expect(told[0]).toMatchObject({ outcome: 'skip', waived: { reason: 'known' } })
  expect(node).toMatchObject({ outcome: 'pass', counts: { pass: 1, fail: 0, skip: 1, unknown: 0, interrupted: 0 } })
  expect(run).toMatchObject({ exitCode: 0, counts: { pass: 1, fail: 0, skip: 1, unknown: 0, interrupted: 0 } })
})

test('what is not waived still fails the run', () => {
  const failing = { outcome: 'fail', why: 'no' } as const
  const { node, run } = waived(
    [{ ...base, test: 'a' }],
    [
      ['a', failing],
      ['b', failing],
    ],
  )
  expect(node).toMatchObject({ outcome: 'fail', counts: { fail: 1, skip: 1 } })
  expect(run).toMatchObject({ status: 'FAILED', exitCode: 1, counts: { fail: 1, skip: 1 } })
})

test('after its last day a test fails, and the report says that the waiver ran out', () => {
  const { told } = waived([{ ...base, test: 'a', until: '2026-11-19' }], [['a', { outcome: 'fail', why: 'no' }]])
  expect(told[0]).toMatchObject({ outcome: 'fail', why: 'no\nthe waiver ran out on 2026-11-19: known' })
})

test('a failure without a word gets that of its waiver', () => {
  const { told } = waived([{ ...base, test: 'a', until: '2026-11-19' }], [['a', { outcome: 'fail' }]])
  expect(told[0]).toMatchObject({ outcome: 'fail', why: 'the waiver ran out on 2026-11-19: known' })
})

test.each<[string, Partial<Counts>, Outcome, Outcome]>([
  ['was ended before another test', { interrupted: 1, unknown: 1 }, 'fail', 'interrupted'],
  ['could not tell of another test', { unknown: 1, pass: 1 }, 'fail', 'unknown'],
  ['has nothing else', {}, 'fail', 'skip'],
  ['was interrupted besides', { pass: 1 }, 'interrupted', 'interrupted'],
])('once its failure is waived, a node that %s ends as that', (_what, some, before, after) => {
  const made = waiving(() => [{ ...base, test: 'a' }], today)
  const counts = { ...noCounts, ...some, fail: 1 }
  const events = testEvents([
    [0, 'web1', ended('a', { outcome: 'fail' })],
    [1, 'web1', { event: 'node-end', outcome: before, counts, roundTrips: 1, ms: 1 }],
  ])
  expect(events.map((event) => made.event(event)).at(-1)).toMatchObject({ outcome: after })
})

test('of two waivers the one that still holds counts', () => {
  const waivers = [
    { ...base, test: 'a', until: '2026-11-19' },
    { ...base, test: '*', reason: 'all' },
  ]
  expect(waived(waivers, [['a', { outcome: 'fail' }]]).told[0]).toMatchObject({ waived: { reason: 'all' } })
})

test.each([
  [2, 2],
  [5, 5],
  [7, 7],
  [4, 4],
])('exit code %i says more than a waiver can mend, and stays %i', (before, after) => {
  expect(waived([{ ...base, test: 'a' }], [['a', { outcome: 'fail' }]], before).run?.exitCode).toBe(after)
})

test('a node that was not reached is told once the failures are waived', () => {
  const made = waiving(() => [{ ...base, test: 'a' }], today)
  const counts = { pass: 0, fail: 1, skip: 0, unknown: 0, interrupted: 0 }
  const [failing, end] = testEvents([
    [0, 'web1', ended('a', { outcome: 'fail' })],
    [1, 'web1,web2', { event: 'run-end', status: 'FAILED', exitCode: 1, counts, unreachable: 1, ms: 1 }],
  ])
  if (failing === undefined || end === undefined) throw new Error('there is no event')
  made.event(failing)
  expect(made.event(end)).toMatchObject({ status: 'ERROR', exitCode: 4 })
})

test('a node with a broken file is not well by a waiver', () => {
  const made = waiving(() => [{ ...base, test: 'a' }], today)
  const counts = { pass: 0, fail: 1, skip: 0, unknown: 0, interrupted: 0 }
  const events = testEvents([
    [0, 'web1', ended('a', { outcome: 'fail' })],
    [1, 'web1', { event: 'file-broken', file: 'nodetests/b.nodetest.ts', why: 'syntax' }],
    [2, 'web1', { event: 'node-end', outcome: 'fail', counts, roundTrips: 1, ms: 1 }],
  ])
  expect(events.map((event) => made.event(event)).at(-1)).toMatchObject({
    outcome: 'fail',
    counts: { fail: 0, skip: 1 },
  })
})

test('a waiver that no test was found for is known, and one that is not needed', () => {
  const [here, other, needless] = [
    { ...base, test: 'gone' },
    { ...base, test: 'gone', nodes: new Set(['web2']) },
    { ...base, test: 'b' },
  ]
  const { waiving: made, run } = waived([here, other, needless], [['b']], 0)
  expect(made.unmatched()).toEqual([here])
  expect(made.needless).toEqual([{ node: 'web1', test: 'b', waiver: needless }])
  expect(run?.exitCode).toBe(0)
})
