import type { Foot } from './foot.ts'

/** What a view is shown on, and how. */
export interface ViewOptions {
  readonly columns: number
  readonly rows: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly color: boolean
  /** As much of the output as there is room for. */
  readonly more: boolean
  readonly foot: Foot
}
