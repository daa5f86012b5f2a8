import type { Stream } from '../agent/hearing.ts'
import type { PlannedStep } from '../plan/types.ts'
import type { Emit } from './events.ts'
import type { Outcome } from './outcome.ts'

/** What was going on when the line to the node was cut. */
export interface Cut {
  readonly cause: string
  /** A step that ended on the workstation, and whose end is not in the journal yet. */
  readonly ended?: Ended
  /** A local step that did not start, though its begin may stand in the journal. */
  readonly notBegun?: { readonly step: PlannedStep; readonly attempt: number }
  /** A step that runs on the node; its end is recorded there. */
  readonly inFlight?: InFlight
}

export interface Ended {
  readonly step: PlannedStep
  readonly attempt: number
  readonly outcome: Outcome
  /** Milliseconds. */
  readonly ms: number
}

export interface InFlight {
  readonly step: PlannedStep
  /** When it began, by performance.now(). */
  readonly began: number
  /** How many bytes of its output have come. */
  readonly seen: Readonly<Record<Stream, number>>
}

/** Tells how a step ended. */
export function tellEnd(emit: Emit, { n, name, side }: PlannedStep, outcome: Outcome, ms: number): void {
  const { exit, signal, why, status } = outcome
  emit({
    event: 'step-end',
    n,
    step: name,
    side,
    status,
    ms: Math.round(ms),
    ...(exit === undefined ? {} : { exit }),
    ...(signal === undefined ? {} : { signal }),
    ...(why === undefined ? {} : { why }),
  })
}

/** Tells how the steps ended that a cut left open, when it can't be mended: nothing unknown is told as OK. */
export function tellCut(emit: Emit, { cause, ended, inFlight }: Cut): void {
  if (ended !== undefined) {
    const why = `it ended ${ended.outcome.status}, but that could not be recorded on the node: ${cause}`
    tellEnd(emit, ended.step, { ...ended.outcome, status: 'ERROR', why }, ended.ms)
  }
  if (inFlight !== undefined) {
    const why = `${cause}; the step goes on on the node`
    tellEnd(emit, inFlight.step, { status: 'ERROR', why }, performance.now() - inFlight.began)
  }
}
