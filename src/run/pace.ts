import type { Progress } from '../ops/types.ts'

/** A transfer's progress with how fast it is. */
export interface Paced extends Progress {
  /** Bytes a second since it began; absent at first. */
  readonly rate?: number
  /** Milliseconds until it is done, if it goes on like that. */
  readonly remaining?: number
}

/**
 * Measures a transfer: what was done before the first call does not count.
 * @param now milliseconds of a clock that only goes on.
 */
export function paceOf(now: () => number = () => performance.now()): (progress: Progress) => Paced {
  let first: { done: number; at: number } | undefined
  return (progress) => {
    const at = now()
    first ??= { done: progress.done, at }
    const bytes = progress.done - first.done
    const ms = at - first.at
    if (bytes <= 0 || ms <= 0) return progress
    const rate = Math.round((bytes / ms) * 1000)
    return { ...progress, rate, remaining: Math.round(((progress.total - progress.done) / bytes) * ms) }
  }
}
