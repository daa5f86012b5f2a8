import type { Counts, Outcome } from '../ops/tests.ts'

/** From good to bad. */
const order: readonly Outcome[] = ['skip', 'pass', 'unknown', 'interrupted', 'fail']

export const noCounts: Counts = { pass: 0, fail: 0, skip: 0, unknown: 0, interrupted: 0 }

export function counted(counts: Counts, outcome: Outcome): Counts {
  return { ...counts, [outcome]: counts[outcome] + 1 }
}

export function sumOf(all: readonly Counts[]): Counts {
  const add = (sum: Counts, counts: Counts): Counts => ({
    pass: sum.pass + counts.pass,
    fail: sum.fail + counts.fail,
    skip: sum.skip + counts.skip,
    unknown: sum.unknown + counts.unknown,
    interrupted: sum.interrupted + counts.interrupted,
  })
  return all.reduce(add, noCounts)
}

/** The worst outcome that was counted; `skip` when there was none. */
export function worstOf(counts: Counts): Outcome {
  return order.findLast((outcome) => counts[outcome] > 0) ?? 'skip'
}
