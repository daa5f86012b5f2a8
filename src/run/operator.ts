import type { PlannedStep } from '../plan/types.ts'
import type { Terminal, TerminalSize } from '../transport/types.ts'

/** What an operator may answer before a step. */
export type StepAnswer =
  | { readonly kind: 'run' }
  | { readonly kind: 'skip'; readonly why: string }
  | { readonly kind: 'done'; readonly why: string }
  | { readonly kind: 'halt' }
  | { readonly kind: 'rest' }
  /** Goes into the bundle first, and is asked again. */
  | { readonly kind: 'shell' }

/** What an operator is asked about a step with. */
export interface Before {
  readonly node: string
  /** Whether there is a bundle to go into. */
  readonly shell: boolean
  /** Why the step can be neither skipped nor done by hand: such an answer ends the run. Absent where it can. */
  readonly bound?: string
}

/** Starts a terminal on the node. Throws LostError. */
export type OpenTerminal = (kind: string, size: TerminalSize) => Promise<Terminal>

/** The person at the terminal. There is none where nobody can answer: a pause then stops the run. */
export interface Operator {
  /** Asked at a pause step: true goes on, false halts. */
  pause(step: PlannedStep, message: string): Promise<boolean>
  /** Asked before each step of `--step`. */
  before(step: PlannedStep, about: Before): Promise<StepAnswer>
  /** Joins the person's terminal to one on the node until that ends. Absent where a shell is never offered. */
  terminal?(open: OpenTerminal): Promise<void>
}
