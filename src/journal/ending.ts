import type { Journal } from './records.ts'
import type { NodeState, StepState } from './state.ts'

/** Where a run stands, be it the one that holds the bundle or a past one. */
export type RunState = 'OK' | 'GIVEN UP' | Exclude<NodeState, 'FREE'> | 'UNKNOWN'

/** How a run ended that holds the bundle no more. UNKNOWN where its journal does not tell. */
export function pastState({ records }: Journal): RunState {
  const last = records.findLast(({ kind }) => kind === 'close' || kind === 'unlock')
  if (last === undefined) return 'UNKNOWN'
  return last.kind === 'close' ? 'OK' : 'GIVEN UP'
}

/** The step at which a run stands or stood: one that is not done, or runs. Undefined where all are settled or none began. */
export function decisiveStep(steps: readonly StepState[]): StepState | undefined {
  return steps.find(({ status }) => status !== 'OK' && status !== 'SKIPPED' && status !== 'PENDING')
}
