import type { WholeRun } from '../../operations/runs.ts'

/** All that a page of a run is made of. */
export interface PageFacts extends WholeRun {
  readonly node: string
  /** Of conc. */
  readonly version: string
}
