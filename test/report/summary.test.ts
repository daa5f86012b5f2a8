import { expect, test } from 'vitest'
import { summing } from '../../src/report/summary.ts'
import type { Happening, NodeEnd, RunEvent } from '../../src/run/events.ts'
import { eventsOf, failingRun } from './events.ts'

function summaryOf(events: readonly RunEvent[]) {
  const { event, summary } = summing('0.1.0')
  for (const each of events) event(each)
  return summary()
}

test('a run that failed is told whole', () => {
  expect(summaryOf(failingRun)).toMatchObject({
    conc: '0.1.0',
    job: 'release',
    status: 'FAILED',
    exitCode: 1,
    began: '2026-11-20T12:00:00.123Z',
    ended: '2026-11-20T12:00:03.423Z',
    nodes: [
      {
        node: 'web1',
        run: 'r1',
        status: 'FAILED',
        exitCode: 1,
        attempted: true,
        steps: [
          { n: 1, name: 'deliver', side: 'local', status: 'OK', attempt: 1, ms: 2002 },
          { n: 2, name: 'migrate', side: 'remote', status: 'FAILED', exit: 3, why: 'exit 3', ms: 1200 },
        ],
      },
    ],
  })
})

test('a run without an end has no summary', () => {
  expect(summaryOf(failingRun.slice(0, -1))).toBeUndefined()
  expect(summaryOf([])).toBeUndefined()
})

const steps = ['a', 'b', 'c', 'd', 'e', 'f'].map((step, index) => ({ n: index + 1, step, side: 'remote' }) as const)
const [a, b, c, d, , f] = steps
const ending: Happening = {
  event: 'run-end',
  status: 'ERROR',
  exitCode: 7,
  ms: 9,
  message: 'm',
  next: [],
  ways: [],
  durable: true,
  holding: true,
}

test('what was done by hand, before, skipped, never reached or has no known end is told as that', () => {
  const events = eventsOf([
    [0, { event: 'run-start', job: 'j', resumed: true, steps }],
    ...(a ? [[1, { event: 'step-done', byHand: true, ...a }] as const] : []),
    ...(b ? [[1, { event: 'step-done', byHand: false, ...b }] as const] : []),
    ...(c ? [[1, { event: 'step-skip', why: 'not now', byHand: true, ...c }] as const] : []),
    ...(f ? [[1, { event: 'step-waits', status: 'FAILED', exit: 3, ...f }] as const] : []),
    ...(d ? [[2, { event: 'step-start', attempt: 2, command: 'x', ...d }] as const] : []),
    [9, ending],
  ])
  expect(summaryOf(events)?.nodes[0]?.steps.map(({ began: _, ...step }) => step)).toEqual([
    { n: 1, name: 'a', side: 'remote', status: 'OK', byHand: true },
    { n: 2, name: 'b', side: 'remote', status: 'OK', before: true },
    { n: 3, name: 'c', side: 'remote', status: 'SKIPPED', why: 'not now', byHand: true },
    { n: 4, name: 'd', side: 'remote', status: 'UNKNOWN', attempt: 2 },
    { n: 5, name: 'e', side: 'remote', status: 'PENDING' },
    { n: 6, name: 'f', side: 'remote', status: 'FAILED', exit: 3 },
  ])
})

test('of several nodes all are there, also those of which nothing was begun', () => {
  const of = (node: string, run: string, attempted: boolean): NodeEnd => ({
    node,
    run,
    status: attempted ? 'FAILED' : 'STOPPED',
    exitCode: attempted ? 1 : 5,
    attempted,
    locked: attempted,
  })
  const nodes = [of('web1', 'r1', true), of('web2', '', false)]
  const [all] = eventsOf([[9, { ...ending, status: 'FAILED', exitCode: 1, nodes }]])
  const summary = summaryOf([...failingRun, { ...(all as RunEvent), node: 'web1,web2' }])
  expect(summary).toMatchObject({ status: 'FAILED', exitCode: 1 })
  expect(summary?.nodes.map(({ node, status, steps }) => [node, status, steps.length])).toEqual([
    ['web1', 'FAILED', 2],
    ['web2', 'STOPPED', 0],
  ])
})
