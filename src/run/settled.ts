import type { StepState } from '../journal/state.ts'
import type { PlannedStep } from '../plan/types.ts'
import type { Run, WalkEnd } from './types.ts'

/** Tells what is done already. A pause that was stopped at is passed by resuming. */
export async function settle(
  run: Run,
  states: readonly StepState[],
  pauses: ReadonlySet<string>,
  told: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const settled = new Set<string>()
  for (const state of states) {
    const step = run.plan.steps.find(({ name }) => name === state.name)
    if (step === undefined) continue
    const passed = state.status === 'STOPPED' && pauses.has(state.name)
    if (passed) await run.log.end(step, state.attempt, { status: 'OK', why: `resumed by ${run.ports.who}` })
    else if (state.status !== 'OK' && state.status !== 'SKIPPED') continue
    settled.add(state.name)
    if (told.has(state.name)) continue
    tellSettled(run, step, state)
  }
  return settled
}

/** Tells a step that was settled before, or unheard. */
export function tellSettled(
  { emit }: Run,
  { n, name, side }: PlannedStep,
  { status, byHand, why = '' }: StepState,
): void {
  if (status === 'SKIPPED') emit({ event: 'step-skip', n, step: name, side, why, byHand: byHand === true })
  else emit({ event: 'step-done', n, step: name, side, byHand: byHand === true })
}

/** Tells a step that waits for a word, with how it ended. */
export function tellWaiting({ emit }: Run, { n, name, side, status, exit, signal, why }: StepState): void {
  const known = { ...(exit === undefined ? {} : { exit }), ...(signal === undefined ? {} : { signal }) }
  emit({ event: 'step-waits', n, step: name, side, status, ...known, ...(why === undefined ? {} : { why }) })
}

/** A step that needs one of these words keeps the status it ended with; one that is unknown is ERROR. */
export function waitingFor({ status, name }: StepState, words: string): WalkEnd {
  if (status === 'UNKNOWN') {
    const why = `${name} began and its end is unknown: look at the node, then ${words}`
    return { status: 'ERROR', why, begun: true }
  }
  if (status === 'FAILED' || status === 'TIMED OUT' || status === 'STOPPED') {
    return { status, why: `${name} ended ${status} and nobody has said what to do: ${words}`, begun: true }
  }
  return { status: 'ERROR', why: `${name} ended ${status}: ${words}`, begun: true }
}
