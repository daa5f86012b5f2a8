import { expect, test } from 'vitest'
import { withFleetTable } from '../../src/report/fleet.ts'
import type { RunEvent } from '../../src/run/events.ts'

const common = { time: '2026-11-20T12:00:00Z', run: 'r1', node: 'web1' } as const
const end = { event: 'run-end', status: 'FAILED', exitCode: 1, ms: 5, message: '' } as const
const alone: RunEvent = { ...common, ...end, next: [], ways: [], durable: true, holding: true }
const nodes = [
  { node: 'web1', run: 'r1', status: 'OK', exitCode: 0, attempted: true, locked: false },
  { node: 'web22', run: 'r2', status: 'FAILED', exitCode: 1, attempted: true, locked: true },
  { node: 'web3', run: '', status: 'FAILED', exitCode: 1, attempted: false, locked: false },
] as const

function told(event: RunEvent) {
  const [lines, events] = [[] as string[], [] as RunEvent[]]
  withFleetTable({ event: (each) => void events.push(each) }, (line) => void lines.push(line)).event(event)
  return { lines, events }
}

test('the end of several nodes is a line for each, and then the end, which names their number', () => {
  const { lines, events } = told({ ...alone, nodes })
  expect(lines.map((line) => line.slice(4))).toEqual(['web1   OK', 'web22  FAILED, locked', 'web3   not begun'])
  expect(events).toEqual([{ ...alone, nodes, node: '3 nodes' }])
})

test.each<[string, RunEvent]>([
  ['the end of one node', alone],
  ['what happens before', { ...common, event: 'note', level: 'info', message: 'it is slow' }],
])('%s is told as it is', (_, event) => {
  expect(told(event)).toEqual({ lines: [], events: [event] })
})
