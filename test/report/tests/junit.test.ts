import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { TestEvent } from '../../../src/ops/tests.ts'
import { junitText } from '../../../src/report/tests/junit.ts'
import { ended, hostile, scan, testEvents } from './events.ts'

/** An element as python's expat reads it. */
interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
  readonly inner: readonly Element[]
}

const reader = `
import json, sys, xml.etree.ElementTree as tree
def told(e):
    return {'name': e.tag, 'attributes': e.attrib, 'text': (e.text or '').strip(), 'inner': [told(i) for i in e]}
print(json.dumps(told(tree.fromstring(sys.stdin.buffer.read()))))
`

function read(events: readonly TestEvent[]): Element {
  return JSON.parse(execFileSync('python3', ['-c', reader], { input: junitText(events), encoding: 'utf8' }))
}

const all = read(scan)

test('there is a suite a node, in the order of the events, with its sums', () => {
  expect(all.name).toBe('testsuites')
  expect(all.attributes).toEqual({ name: 'conc', tests: '9', failures: '1', errors: '4', skipped: '2', time: '0.900' })
  expect(all.inner.map(({ attributes }) => attributes)).toEqual([
    {
      name: 'web1',
      hostname: 'web1',
      tests: '6',
      failures: '1',
      errors: '2',
      skipped: '2',
      time: '0.812',
      timestamp: '2026-11-20T12:00:00',
    },
    expect.objectContaining({ name: 'db1', tests: '2', failures: '0', errors: '1', skipped: '0' }),
    expect.objectContaining({ name: 'web22', hostname: 'web22', tests: '1', errors: '1' }),
  ])
})

test.each<[string, string, readonly Partial<Element>[]]>([
  ['web1', 'shop > runs', []],
  [
    'web1',
    'shop > answers',
    [
      {
        name: 'failure',
        attributes: { type: 'fail', message: 'expected 200, got 502 & <html>' },
        text: 'expected 200, got 502 & <html>\n  at shop.nodetest.ts:7',
      },
    ],
  ],
  ['web1', 'shop > cert', [{ name: 'error', attributes: { type: 'unknown', message: 'no openssl on web1' } }]],
  ['web1', 'shop > later', [{ name: 'skipped', attributes: { message: 'not before 2.0' } }]],
  [
    'web1',
    'shop > old',
    [{ name: 'skipped', attributes: { message: 'waived until 2026-12-31: replaced in 2.0\nit is 1.0' } }],
  ],
  ['db1', 'nodetests/bad.nodetest.ts', [{ name: 'error', text: 'Unexpected token (3:7)' }]],
  ['web22', 'reach', [{ name: 'error', attributes: { type: 'unreachable', message: 'connection refused' } }]],
])('on %s the case "%s" is told as it ended', (node, name, inner) => {
  const suite = all.inner.find(({ attributes }) => attributes.name === node)
  const found = suite?.inner.find(({ attributes }) => attributes.name === name)
  expect(found?.inner).toEqual(inner.map((one) => expect.objectContaining(one)))
  expect(found?.attributes.classname).toMatch(new RegExp(`^${node}(\\.(shop|bad))?$`))
})

test('the round trips of a node are a property of its suite', () => {
  expect(all.inner[0]?.inner[0]?.inner[0]?.attributes).toEqual({ name: 'roundTrips', value: '3' })
})

test('what XML can not hold does not spoil it, and the rest stays as it is', () => {
  const events = testEvents([[0, 'web1', ended(hostile, { outcome: 'fail', why: hostile })]])
  const found = read(events).inner[0]?.inner[0]
  const clean = 'a\ufffd[31m]]>"\'&<b>\u202e\ufffd\ufffd\ufffd\n# SKIP \\ ✗ 😀\nnot ok 1'
  expect(found?.attributes.name).toBe(clean)
  expect(found?.inner[0]?.text).toBe(clean)
})

test('a test that the run did not let end is an error, not left out', () => {
  const events = testEvents([[0, 'web1', ended('long', { outcome: 'interrupted', why: 'the run ended' })]])
  expect(read(events).inner[0]).toMatchObject({
    attributes: { tests: '1', errors: '1' },
    inner: [{ inner: [{ name: 'error', attributes: { type: 'interrupted', message: 'the run ended' } }] }],
  })
})

test('what an .only hides is told beside the cases', () => {
  const events = testEvents([
    [0, 'web1', ended('one')],
    [1, 'web1', { event: 'file-only', file: 'a&b.nodetest.ts', line: 7 }],
  ])
  expect(read(events).inner[0]?.inner.at(-1)).toMatchObject({
    name: 'system-err',
    text: 'a&b.nodetest.ts:7: `.only` leaves out the other tests of its file. Remove it.',
  })
})

test('a node that went away is one error, whatever had begun', () => {
  const [start] = scan
  const end = scan.find((event) => event.event === 'node-end' && event.outcome === 'unreachable')
  if (start === undefined || end === undefined) throw new Error('there is no event')
  expect(read([start, { ...end, node: start.node }]).attributes).toMatchObject({ tests: '1', errors: '1' })
})

test('a run without a node is an empty report', () => {
  expect(read([])).toMatchObject({ name: 'testsuites', attributes: { tests: '0' }, inner: [] })
})
