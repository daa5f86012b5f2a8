import type { PlannedStep } from '../plan/types.ts'
import type { Outcome } from './outcome.ts'
import type { WalkEnd } from './types.ts'

/** How a walk ends at a step that the node did not let begin. A run that it took for lost, as of a laptop that slept, may log in again. */
export function notBegun(reason: string, step: PlannedStep): WalkEnd {
  const outcome = refused(reason)
  return { ...outcome, step, ...(reason === 'lost' ? { cut: { cause: outcome.why ?? reason } } : {}) }
}

/** What it means that the node did not let a step begin. */
function refused(reason: string): Outcome {
  switch (reason) {
    case 'halted':
      return { status: 'STOPPED', why: 'a halt was asked for' }
    case 'fenced':
      return { status: 'ERROR', why: 'somebody else has taken the run over' }
    case 'closing':
      return { status: 'ERROR', why: 'somebody else is closing the bundle' }
    case 'early':
      return { status: 'ERROR', why: 'the node lets it not begin: the step before it is not settled there' }
    case 'unopened':
      return { status: 'ERROR', why: 'its bundle is not open on the node' }
    case 'unfit':
      return { status: 'ERROR', why: "the node can't write its journal: its disk may be full" }
    case 'killed':
      return { status: 'ERROR', why: 'what runs the steps on the node was killed, and told nothing of this one' }
    default:
      return { status: 'ERROR', why: 'the node took this run for lost, as it had not heard from it' }
  }
}
