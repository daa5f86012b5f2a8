import { type ExitName, exitCodes } from './status.ts'

/** Base of every error conc raises on purpose. The message reads `where: what is wrong. What to do.` */
export abstract class ConcError extends Error {
  abstract readonly exit: ExitName

  get exitCode(): number {
    return exitCodes[this.exit].code
  }
}

/** Raised when the command line or the deploy file is wrong: nothing was changed. */
export class UsageError extends ConcError {
  override readonly name = 'UsageError'
  readonly exit = 'usage'
}

/** Raised when a node can't be reached, verified or logged in to: nothing was changed. */
export class UnreachableError extends ConcError {
  override readonly name = 'UnreachableError'
  readonly exit = 'unreachable'
}

/** Raised when another run holds the bundle: nothing was changed. */
export class BlockedError extends ConcError {
  override readonly name = 'BlockedError'
  readonly exit = 'blocked'
}

/** Raised when the connection ends before an answer that carries the run's nonce: the outcome is not known here. */
export class LostError extends ConcError {
  override readonly name = 'LostError'
  readonly exit = 'error'
}

/** Raised when conc, an op or the node's answer is broken in a way that is nobody's choice. */
export class BrokenError extends ConcError {
  override readonly name = 'BrokenError'
  readonly exit = 'error'
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
