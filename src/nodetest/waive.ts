import type { Counts, Outcome, TestEvent } from '../ops/tests.ts'
import type { WrittenWaiver } from './waivers.ts'

/** Puts up with what is known. */
export interface Waiving {
  /** The event, a failing or unknown test as a skip where a waiver holds; the ends with what follows from that. */
  event(event: TestEvent): TestEvent
  /** Those that no test was found for. */
  unmatched(): readonly WrittenWaiver[]
  /** Tests that pass, though a waiver is there for them. */
  readonly needless: readonly Needless[]
}

export interface Needless {
  readonly node: string
  readonly test: string
  readonly waiver: WrittenWaiver
}

type TestEnd = Extract<TestEvent, { event: 'test-end' }>
type NodeEnd = Extract<TestEvent, { event: 'node-end' }>
type RunEnd = Extract<TestEvent, { event: 'run-end' }>

/**
 * Waives the tests of one run.
 * @param waiversOf those of a node's folder.
 * @param today the day on the workstation, `2026-11-20`: on its last day a waiver still holds.
 */
export function waiving(waiversOf: (node: string) => readonly WrittenWaiver[], today: string): Waiving {
  const matched = new Set<WrittenWaiver>()
  const asked = new Set<WrittenWaiver>()
  const needless: Needless[] = []
  const waived = new Map<string, Waived>()
  const broken = new Set<string>()
  const ofNode = (node: string) => waiversOf(node).filter(({ nodes }) => nodes?.has(node) ?? true)

  const testEnd = (event: TestEnd): TestEnd => {
    const fitting = ofNode(event.node).filter(({ test }) => fits(test, event.test))
    for (const waiver of fitting) matched.add(waiver)
    const waiver = fitting.find(({ until }) => until >= today) ?? fitting.at(-1)
    if (waiver === undefined || event.outcome === 'skip' || event.outcome === 'interrupted') return event
    if (event.outcome === 'pass') {
      needless.push({ node: event.node, test: event.test, waiver })
      return event
    }
    const { reason, until } = waiver
    if (until < today) return { ...event, why: joined(event.why, `the waiver ran out on ${until}: ${reason}`) }
    const count = waived.get(event.node) ?? { fail: 0, unknown: 0 }
    count[event.outcome]++
    waived.set(event.node, count)
    return { ...event, outcome: 'skip', waived: { reason, until } }
  }

  return {
    event(event) {
      switch (event.event) {
        case 'test-end':
          return testEnd(event)
        case 'file-broken':
          broken.add(event.node)
          return event
        case 'node-end':
          if (event.outcome !== 'unreachable') for (const waiver of ofNode(event.node)) asked.add(waiver)
          return nodeEnd(event, waived.get(event.node), broken.has(event.node))
        case 'run-end':
          return runEnd(event, [...waived.values()])
        default:
          return event
      }
    },
    unmatched: () => [...asked].filter((waiver) => !matched.has(waiver)),
    needless,
  }
}

/** In a glob `*` is any text, `?` any one character, all else itself. */
function fits(pattern: string, test: string): boolean {
  const literal = pattern.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
  const glob = new RegExp(`^${literal.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`, 'su')
  return pattern === test || glob.test(test)
}

function joined(why: string | undefined, more: string): string {
  return why === undefined ? more : `${why}\n${more}`
}

type Waived = Record<'fail' | 'unknown', number>

function nodeEnd(event: NodeEnd, waived: Waived | undefined, isBroken: boolean): NodeEnd {
  if (waived === undefined) return event
  const counts = without(event.counts, waived)
  const stays = event.outcome === 'unreachable' || isBroken
  return { ...event, counts, outcome: stays ? event.outcome : worst(counts, event.outcome) }
}

function runEnd(event: RunEnd, waived: readonly Waived[]): RunEnd {
  const counts = waived.reduce(without, event.counts)
  // Any other code, and what has a reason of its own, is more than that a test failed.
  if (event.exitCode !== 1 || event.why !== undefined || counts.fail + counts.unknown > 0) return { ...event, counts }
  if (event.unreachable > 0) return { ...event, counts, status: 'ERROR', exitCode: 4 }
  return { ...event, counts, status: 'OK', exitCode: 0 }
}

function without(counts: Counts, { fail, unknown }: Waived): Counts {
  return {
    pass: counts.pass,
    fail: counts.fail - fail,
    skip: counts.skip + fail + unknown,
    unknown: counts.unknown - unknown,
    interrupted: counts.interrupted,
  }
}

function worst(counts: Counts, before: Outcome): Outcome {
  if (before !== 'fail' && before !== 'unknown') return before
  if (counts.fail > 0) return 'fail'
  if (counts.interrupted > 0) return 'interrupted'
  if (counts.unknown > 0) return 'unknown'
  return counts.pass > 0 ? 'pass' : 'skip'
}
