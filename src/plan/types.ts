import type { Attributes, Place, Side } from '../deployfile/types.ts'
import type { Arguments, CodeOp, Command, OpContext } from '../ops/types.ts'

/** What the runner does at a step. */
export type Action =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'code'; readonly op: CodeOp; readonly context: OpContext }
  | { readonly kind: 'open-bundle' }
  | { readonly kind: 'close-bundle' }
  | { readonly kind: 'pause'; readonly message: string }

export interface PlannedOptions {
  /** Milliseconds. */
  readonly timeout?: number
  readonly as?: string
  readonly cd?: string
  readonly secrets?: readonly string[]
}

/** A step with every argument known. */
export interface PlannedStep {
  /** Its position, from 1. */
  readonly n: number
  readonly name: string
  readonly side: Side
  readonly op: string
  readonly args: Arguments
  /** The words of the step line after substitution. */
  readonly words: readonly string[]
  readonly options: PlannedOptions
  readonly action: Action
  /** What a person could type to do the same. */
  readonly command: string
  readonly place: Place
}

/** A job resolved for one node: known whole before the start. */
export interface Plan {
  readonly job: string
  readonly node: string
  readonly app: string
  readonly release: string
  readonly attributes: Attributes
  /** The bundle's path on the node, relative to the login user's home unless absolute. */
  readonly bundle: string
  /** Absolute: where local steps start. */
  readonly folder: string
  readonly steps: readonly PlannedStep[]
  /** By step: what tells whether a step whose outcome is unknown is done. */
  readonly probes: ReadonlyMap<string, readonly string[]>
}

/** A plan as it is kept in the bundle and compared at resume: what a step does, without functions. */
export interface PlanRecord {
  readonly format: 1
  readonly conc: string
  readonly job: string
  readonly node: string
  readonly app: string
  readonly release: string
  readonly steps: readonly StepRecord[]
}

export interface StepRecord {
  /** Of a command the text is what runs; elsewhere it only tells a person what to type. */
  readonly kind: 'command' | 'code' | 'runner'
  readonly n: number
  readonly name: string
  readonly side: Side
  readonly op: string
  readonly words: readonly string[]
  readonly options: PlannedOptions
  readonly command: string
}
