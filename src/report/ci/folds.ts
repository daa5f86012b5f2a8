/** A part of a log that a CI system can fold. */
export interface Fold {
  /** Letters, digits and `_ . -`; no two folds of a log have the same. */
  readonly id: string
  readonly title: string
  /** Seconds since 1970. */
  readonly time: number
}

/** How a CI system is told where parts of its log begin and end: each gives a line of the log. */
export interface Folds {
  open(fold: Fold): string
  close(fold: Fold): string
  /** Puts a failure where a person looks first; absent where there is no such place. */
  problem?(title: string, text: string): string
  /** A line with nothing in it that the system would obey. */
  harmless(line: string): string
}
