import { BlockedError, ConcError, LostError, messageOf, UnreachableError, UsageError } from '../words/errors.ts'
import type { WalkEnd } from './types.ts'

/** Walks, and gives what is thrown as an end. */
export function safely(go: () => Promise<WalkEnd>): Promise<WalkEnd> {
  return go().catch(thrown)
}

/** How a walk ends by what was thrown; a lost line may be mended. */
export function thrown(cause: unknown): WalkEnd {
  if (!(cause instanceof LostError)) return failed(cause)
  return { status: 'ERROR', why: cause.message, cut: { cause: cause.message } }
}

/** What a thrown error means for a run. */
export function failed(cause: unknown): WalkEnd {
  const why = messageOf(cause)
  if (cause instanceof BlockedError) return { status: 'BLOCKED', why }
  if (cause instanceof UnreachableError || cause instanceof UsageError)
    return { status: 'ERROR', why, exitAs: cause.exit }
  if (cause instanceof ConcError) return { status: 'ERROR', why }
  return { status: 'ERROR', why: `conc broke: ${why}` }
}
