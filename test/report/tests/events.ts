import type { TestEvent, TestHappening } from '../../../src/ops/tests.ts'

type TestEnd = Extract<TestHappening, { event: 'test-end' }>

/** Events of nodes at noon, each so many milliseconds later. */
export function testEvents(rows: readonly (readonly [ms: number, node: string, happening: TestHappening])[]) {
  const noon = Date.parse('2026-11-20T12:00:00.123Z')
  return rows.map(
    ([ms, node, happening]): TestEvent => ({ ...happening, time: new Date(noon + ms).toISOString(), node, run: 'r1' }),
  )
}

/** The end of a test that passes, but for what is said. */
export function ended(test: string, more: Partial<TestEnd> = {}): TestEnd {
  return { event: 'test-end', test, file: 'nodetests/shop.nodetest.ts', tags: [], outcome: 'pass', ms: 12, ...more }
}

const counts = { pass: 0, fail: 0, skip: 0, unknown: 0, interrupted: 0 }

/** A run on two nodes that are reached and one that is not, with every outcome. */
export const scan = testEvents([
  [1, 'web1', { event: 'test-start', test: 'shop > answers', file: 'nodetests/shop.nodetest.ts' }],
  [2, 'db1', ended('disk > has room', { file: 'nodetests/disk.nodetest.ts' })],
  [
    3,
    'web1',
    ended('shop > answers', { outcome: 'fail', why: 'expected 200, got 502 & <html>\n  at shop.nodetest.ts:7' }),
  ],
  [4, 'web1', ended('shop > cert', { outcome: 'unknown', why: 'no openssl on web1' })],
  [5, 'web1', ended('shop > runs')],
  [6, 'web1', ended('shop > later', { outcome: 'skip', why: 'not before 2.0' })],
  [
    7,
    'web1',
    ended('shop > old', {
      outcome: 'skip',
      why: 'it is 1.0',
      waived: { reason: 'replaced in 2.0', until: '2026-12-31' },
    }),
  ],
  [8, 'db1', { event: 'node-end', outcome: 'pass', counts: { ...counts, pass: 1 }, roundTrips: 1, ms: 310 }],
  [9, 'db1', { event: 'file-broken', file: 'nodetests/bad.nodetest.ts', why: 'Unexpected token (3:7)' }],
  [10, 'web1', { event: 'file-broken', file: 'nodetests/bad.nodetest.ts', why: 'Unexpected token (3:7)' }],
  [
    11,
    'web1',
    {
      event: 'node-end',
      outcome: 'fail',
      counts: { pass: 1, fail: 1, skip: 2, unknown: 1, interrupted: 0 },
      roundTrips: 3,
      ms: 812,
    },
  ],
  [
    12,
    'web22',
    { event: 'node-end', outcome: 'unreachable', counts, roundTrips: 0, ms: 30, why: 'connection refused' },
  ],
  [
    13,
    'web1,db1,web22',
    {
      event: 'run-end',
      status: 'ERROR',
      exitCode: 2,
      counts: { pass: 2, fail: 1, skip: 2, unknown: 1, interrupted: 0 },
      unreachable: 1,
      ms: 900,
    },
  ],
])

/** Text that no report may pass on as it is. */
export const hostile = 'a\x1b[31m]]>"\'&<b>\u202e\ud800\ufffe\x00\n# SKIP \\ ✗ 😀\r\nnot ok 1'
