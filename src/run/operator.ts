import type { PlannedStep } from '../plan/types.ts'

/** What an operator may answer before a step. */
export type StepAnswer =
  | { readonly kind: 'run' }
  | { readonly kind: 'skip'; readonly why: string }
  | { readonly kind: 'done'; readonly why: string }
  | { readonly kind: 'halt' }
  | { readonly kind: 'rest' }

/** The person at the terminal. There is none where nobody can answer: a pause then stops the run. */
export interface Operator {
  /** Asked at a pause step: true goes on, false halts. */
  pause(step: PlannedStep, message: string): Promise<boolean>
  /** Asked before each step of `--step`. */
  before(step: PlannedStep): Promise<StepAnswer>
}
