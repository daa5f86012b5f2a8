import type { Side } from '../deployfile/types.ts'
import type { StepStatus } from '../journal/state.ts'
import type { NodeEnd, RunEvent } from '../run/events.ts'
import type { EventOf } from './reporter.ts'

/** How a step of a run ended, for archives and metrics. */
export interface StepSummary {
  readonly n: number
  readonly name: string
  readonly side: Side
  readonly status: StepStatus
  readonly attempt?: number
  /** ISO 8601, the workstation's clock; the node's for the begin of a step that was found running. */
  readonly began?: string
  readonly ended?: string
  /** Milliseconds. */
  readonly ms?: number
  readonly exit?: number
  readonly signal?: string
  readonly why?: string
  readonly byHand?: true
  /** It was done before this session began. */
  readonly before?: true
}

type End = EventOf<'run-end'>
type Ending = Pick<End, 'status' | 'exitCode' | 'ms' | 'message' | 'next' | 'durable'> & { readonly ended: string }

/** A run on one node. What has no end is not there. */
export interface NodeSummary extends Partial<Ending> {
  readonly node: string
  readonly run: string
  readonly resumed?: boolean
  readonly began?: string
  readonly attempted: boolean
  readonly steps: readonly StepSummary[]
}

/** A whole run, on one node or several. */
export interface Summary extends Ending {
  /** The version of conc. */
  readonly conc: string
  readonly job: string
  readonly began: string
  readonly nodes: readonly NodeSummary[]
}

/** Gathers what a summary tells; it is there once the run is over. */
export interface Summing {
  event(event: RunEvent): void
  summary(): Summary | undefined
}

/** @param conc the version. */
export function summing(conc: string): Summing {
  const nodes = new Map<string, NodeSummary>()
  let first: EventOf<'run-start'> | undefined
  let last: End | undefined
  return {
    event(event) {
      if (event.event === 'run-start') {
        first ??= event
        nodes.set(event.node, begun(event))
      }
      if (event.event === 'run-end') last = event
      const node = nodes.get(event.node)
      if (node !== undefined) nodes.set(event.node, after(node, event))
    },
    summary() {
      if (first === undefined || last === undefined) return undefined
      const { job, time: began } = first
      const all =
        last.nodes === undefined ? [...nodes.values()] : last.nodes.map((end) => withEnd(nodes.get(end.node), end))
      return { conc, job, began, ...ending(last), nodes: all }
    },
  }
}

function begun({ node, run, resumed, time, steps }: EventOf<'run-start'>): NodeSummary {
  const pending = steps.map(({ n, step, side }): StepSummary => ({ n, name: step, side, status: 'PENDING' }))
  return { node, run, resumed, began: time, attempted: true, steps: pending }
}

/** A node of which nothing was begun has no events of its own. */
function withEnd(node: NodeSummary | undefined, { attempted, ...end }: NodeEnd): NodeSummary {
  return { ...(node ?? { ...end, steps: [] }), attempted }
}

function ending({ status, exitCode, ms, message, next, durable, time }: End): Ending {
  return { status, exitCode, ended: time, ms, message, next, durable }
}

function after(node: NodeSummary, event: RunEvent): NodeSummary {
  switch (event.event) {
    case 'step-start':
      return withStep(node, event.step, { status: 'RUNNING', attempt: event.attempt, began: event.began ?? event.time })
    case 'step-end': {
      const { status, ms, exit, signal, why, time: ended } = event
      return withStep(node, event.step, { status, ended, ms, ...given({ exit, signal, why }) })
    }
    case 'step-skip':
      return withStep(node, event.step, { status: 'SKIPPED', why: event.why, ...(event.byHand && { byHand: true }) })
    case 'step-done':
      return withStep(node, event.step, { status: 'OK', ...(event.byHand ? { byHand: true } : { before: true }) })
    case 'step-waits': {
      const { status, exit, signal, why } = event
      return withStep(node, event.step, { status, ...given({ exit, signal, why }) })
    }
    case 'run-end':
      return { ...node, ...ending(event), steps: node.steps.map(unknownEnd) }
    default:
      return node
  }
}

function withStep(node: NodeSummary, name: string, change: Partial<StepSummary>): NodeSummary {
  return { ...node, steps: node.steps.map((step) => (step.name === name ? { ...step, ...change } : step)) }
}

/** A step that nobody said ended has an end that is not known. */
function unknownEnd(step: StepSummary): StepSummary {
  return step.status === 'RUNNING' ? { ...step, status: 'UNKNOWN' } : step
}

function given<T extends object>(fields: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(there) as { [Key in keyof T]?: NonNullable<T[Key]> }
}
