import type { TestEvent, TestRequest } from '../ops/tests.ts'
import type { Host } from '../ops/types.ts'
import type { Plan, PlannedStep } from '../plan/types.ts'
import type { Secret } from '../secrets/secret.ts'
import type { Connection } from '../transport/types.ts'
import type { Cut } from './cut.ts'
import type { Emit } from './events.ts'
import type { Link } from './link.ts'
import type { RunLog } from './log.ts'
import type { Operator } from './operator.ts'
import type { Outcome } from './outcome.ts'
import type { Vault } from './vault.ts'

/** The node that a step's tests are about. */
export interface Tested {
  readonly host: Host
  /** As they are in this run. */
  readonly attributes: Readonly<Record<string, string>>
  /** What no report may show. */
  readonly secrets: () => readonly Secret[]
}

/** Runs the node tests of a step on its node, and gives the exit code. Throws UsageError where there is none to run. */
export type Testing = (
  on: Tested,
  request: TestRequest,
  onEvent: (event: TestEvent) => void,
  signal: AbortSignal,
) => Promise<number>

/** What a run needs from the world. Nothing of it is asked for before it is needed. */
export interface Ports {
  /** Logs in to the plan's node. Throws UnreachableError. */
  connect(): Promise<Connection>
  /** Reads the value of a secret of the deploy file. Throws UsageError. */
  readonly readSecret: (name: string) => Promise<Secret>
  /** Asks for the password of sudo on the node, telling what sudo said; undefined when nobody gives it. */
  readonly sudoPassword?: (said: string) => Promise<Secret | undefined>
  /** Absent where nobody can answer. */
  readonly operator?: Operator
  /** When aborted, the run halts after its current step. */
  readonly halt?: AbortSignal
  /** When aborted, the current step is ended, its whole process group, and the run stops. */
  readonly stop?: AbortSignal
  /** user@workstation */
  readonly who: string
  /** The workstation's home: the local bundle lies in it. */
  readonly home: string
  /** The environment of local steps. */
  readonly env: NodeJS.ProcessEnv
  readonly now: () => Date
  /** A new run's id: names sort by time, and no two are the same. */
  readonly newRunId: () => string
  /** The version of conc. */
  readonly version: string
  /** How conc is called, for the commands that lead on: `conc -f shop.ini`. */
  readonly conc: string
  /** Absent where node tests can't be run. */
  readonly tests?: Testing
  /** Resolves when whoever reads the events has caught up; absent when it always has. */
  readonly drained?: () => Promise<void> | undefined
}

/** Which steps of a plan are run. Positions count from 1; open-bundle and close-bundle are always run. */
export interface Selection {
  readonly from?: number
  readonly to?: number
  /** Halts before this position. */
  readonly until?: number
  /** Asks before each step. */
  readonly step?: boolean
}

/** What one run on one node is made of, for the parts that carry it out. */
export interface Run {
  readonly id: string
  readonly plan: Plan
  readonly ports: Ports
  readonly emit: Emit
  readonly selection: Selection
  readonly log: RunLog
  readonly link: Link
  readonly vault: Vault
  /** The attempt a step will be, where it is not the first. */
  readonly attempts: ReadonlyMap<string, number>
  /** Whether the bundle's lines are synced to the disk before they count. */
  readonly durable: boolean
  /** The nodes that the run was begun on together, in their order; absent for one alone. */
  readonly fleet?: readonly string[]
}

/** Where a walk over the steps ended: `step` is the one that was not OK, or before which it halted. */
export interface WalkEnd extends Outcome {
  readonly step?: PlannedStep
  /** The step began: it needs a word before it may run again. */
  readonly begun?: true
  /** The line was cut: what was going on. */
  readonly cut?: Cut
}

/** A step that is over: how it ended as far as one knows here, and on the node's record, which may be under way still. */
export interface Passed {
  readonly end: WalkEnd
  readonly recorded: Promise<WalkEnd>
}
