import type { StepState } from '../journal/state.ts'
import { duration } from '../words/clock.ts'

/** A time by a journal, whose clock goes by the second, from milliseconds: `under 1 s`, `12 s`, `2 min 5 s`, `3 h 4 min`. */
export function span(ms: number): string {
  if (ms < 1_000) return 'under 1 s'
  return ms < 60_000 ? `${Math.round(ms / 1_000)} s` : duration(ms)
}

/** Milliseconds from one ISO time to another; undefined where one is none, or the clock went back. */
export function between(from: string | undefined, to: string | undefined): number | undefined {
  const ms = Date.parse(to ?? '') - Date.parse(from ?? '')
  return ms >= 0 ? ms : undefined
}

/** How long the last try of a step took, in milliseconds. Undefined where its end is not its own: by hand, skipped, by a probe. */
export function took({ status, byHand, why, began, ended }: StepState): number | undefined {
  const isByOther = byHand || status === 'SKIPPED' || status === 'PENDING' || (status === 'OK' && Boolean(why))
  return isByOther ? undefined : between(began, ended)
}
