import type { TestEvent } from '../../ops/tests.ts'
import type { TestEventOf } from './reporter.ts'

/** What a run of tests said of one node. */
export interface NodeTests {
  readonly node: string
  readonly tests: readonly TestEventOf<'test-end'>[]
  readonly broken: readonly TestEventOf<'file-broken'>[]
  /** Absent where the run ended before the node did. */
  readonly end?: TestEventOf<'node-end'>
}

/** The events of a run by node, in the order in which the nodes are first named. */
export function byNode(events: readonly TestEvent[]): readonly NodeTests[] {
  const own = events.filter(({ event }) => event !== 'run-end')
  return [...new Set(own.map(({ node }) => node))].map((node) => {
    const mine = own.filter((event) => event.node === node)
    const end = mine.find((event) => event.event === 'node-end')
    return {
      node,
      tests: mine.filter((event) => event.event === 'test-end'),
      broken: mine.filter((event) => event.event === 'file-broken'),
      ...(end === undefined ? {} : { end }),
    }
  })
}

/** Tests that began and did not end: the run was halted, or broke. Those of a node that went away are told by that. */
export function unended(events: readonly TestEvent[]): readonly TestEventOf<'test-start'>[] {
  const lost = new Set(events.flatMap((event) => (isLost(event) ? [event.node] : [])))
  const key = ({ node, file, test }: { node: string; file: string; test: string }) => `${node}\n${file}\n${test}`
  const ended = new Set(events.flatMap((event) => (event.event === 'test-end' ? [key(event)] : [])))
  return events
    .filter((event) => event.event === 'test-start')
    .filter((event) => !ended.has(key(event)) && !lost.has(event.node))
}

function isLost(event: TestEvent): boolean {
  return event.event === 'node-end' && event.outcome === 'unreachable'
}

/** Why a test did not run or does not count, for a report that knows only skips. */
export function skipReason({ waived, why }: TestEventOf<'test-end'>): string {
  const lead = waived === undefined ? '' : `waived until ${waived.until}: ${waived.reason}`
  return [lead, why ?? ''].filter((part) => part !== '').join('\n') || 'skipped'
}
