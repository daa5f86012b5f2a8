import type { Sshd } from '../fixtures/sshd.ts'
import type { Random } from './random.ts'

/** What every trial of a fault has. */
export interface Setting {
  readonly sshd: Sshd
  readonly random: Random
  /** Counts of what happened, for the report. */
  readonly tally: Map<string, number>
}

/** A fault that befalls runs. */
export interface Fault {
  readonly name: string
  /** Trials of a full campaign. */
  readonly full: number
  /** Trials of the small one in `npm test`. */
  readonly few: number
  /** Whether this machine lets it happen; it does when absent. */
  readonly isPossible?: () => boolean
  /** One trial at a time, as it would befall its neighbours too. */
  readonly alone?: true
  /** One trial; gives all that was found wrong. */
  trial(setting: Setting): Promise<readonly string[]>
}
