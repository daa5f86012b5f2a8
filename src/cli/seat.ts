import type { FailureOptions } from '../report/failure.ts'
import type { Stage } from './stage.ts'
import type { Wishes } from './wishes.ts'

/** A terminal on which a view can be shown, and what the person at it may wish. */
export interface Seat {
  readonly stdin: NodeJS.ReadStream
  /** Where the view stands: stdout, or stderr where results go elsewhere. */
  readonly screen: NodeJS.WriteStream
  /** Results go elsewhere. */
  readonly beside: boolean
  readonly color: boolean
  readonly stage: Stage
  readonly wishes: Wishes
}

export interface LiveOptions extends Pick<FailureOptions, 'conc' | 'lines'> {
  readonly now: () => Date
  /** As much output as there is room for, from the start. */
  readonly more: boolean
  /** Takes what stays on the terminal. */
  readonly out: (text: string) => void
}
