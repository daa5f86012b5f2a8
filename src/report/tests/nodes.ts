import type { TestEvent } from '../../ops/tests.ts'
import type { TestEventOf } from './reporter.ts'

/** What a run of tests said of one node. */
export interface NodeTests {
  readonly node: string
  readonly tests: readonly TestEventOf<'test-end'>[]
  readonly broken: readonly TestEventOf<'file-broken'>[]
  readonly only: readonly TestEventOf<'file-only'>[]
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
      only: mine.filter((event) => event.event === 'file-only'),
      ...(end === undefined ? {} : { end }),
    }
  })
}

/** Why a test did not run or does not count, for a report that knows only skips. */
export function skipReason({ waived, why }: TestEventOf<'test-end'>): string {
  const lead = waived === undefined ? '' : `waived until ${waived.until}: ${waived.reason}`
  return [lead, why ?? ''].filter((part) => part !== '').join('\n') || 'skipped'
}
