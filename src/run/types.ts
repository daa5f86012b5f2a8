import type { Connection } from '../transport/types.ts'
import type { Operator } from './operator.ts'

/** What a run needs from the world. Nothing of it is asked for before it is needed. */
export interface Ports {
  /** Logs in to the plan's node. Throws UnreachableError. */
  connect(): Promise<Connection>
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
