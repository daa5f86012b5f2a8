import { expect, test } from 'vitest'
import type { TestEvent, TestHappening, TestRequest } from '../../src/ops/tests.ts'
import { OpFailed } from '../../src/ops/types.ts'
import { ended, testEvents } from '../report/tests/events.ts'
import { runs } from './tool-host.ts'

const counts = { pass: 0, fail: 0, skip: 0, unknown: 0, interrupted: 0 }
const over = { event: 'run-end', status: 'ERROR', exitCode: 2, counts, unreachable: 0, ms: 1 } as const

/** Runs a step whose tests tell these events, and end with an exit code. */
async function tested(line: string, happenings: readonly TestHappening[] = [], exit = 0) {
  const requests: TestRequest[] = []
  const events = testEvents(happenings.map((happening) => [0, 'web1', happening] as const))
  const tests = async (request: TestRequest, onEvent: (event: TestEvent) => void) => {
    requests.push(request)
    for (const event of events) onEvent(event)
    return exit
  }
  await runs(line, { tests })
  return requests
}

test.each([
  ['local test', { selection: { files: [] } }],
  [
    'local test shop --name /^a/ --tag "web && !slow" --builtin webapp --timeout 2m',
    { selection: { files: ['shop'], name: '/^a/', tags: ['web && !slow'], builtin: ['webapp'] }, timeout: 120_000 },
  ],
])('%s asks for its tests', async (line, request) => {
  expect(await tested(line)).toEqual([{ ...request, refusesOnly: true }])
})

test.each<[string, readonly TestHappening[], string]>([
  [
    'names what did not pass',
    [ended('a'), ended('b', { outcome: 'fail' }), ended('c', { outcome: 'unknown' }), over],
    '2 of 3 did not pass: b, c (unknown)',
  ],
  [
    'names a file that is broken',
    [ended('a'), { event: 'file-broken', file: 'nodetests/b.nodetest.ts', why: 'syntax' }, over],
    "1 of 2 did not pass: nodetests/b.nodetest.ts can't be loaded",
  ],
  ['says why there was nothing to pass', [{ ...over, why: 'no test is selected' }], 'no test is selected'],
])('a step that failed %s', async (_what, happenings, message) => {
  await expect(tested('local test', happenings, 1)).rejects.toThrow(new OpFailed(message))
})

test('of a node that went away nothing is known: it is no failure of the tests', async () => {
  const gone = { event: 'node-end', outcome: 'unreachable', counts, roundTrips: 1, ms: 1, why: 'reset' } as const
  const ran = tested('local test', [ended('a', { outcome: 'fail' }), gone, over], 1)
  await expect(ran).rejects.toThrow('the node went away: reset')
  await expect(ran).rejects.not.toThrow(OpFailed)
})
