import type { PlanDifference } from '../plan/compare.ts'
import type { StepState } from './state.ts'

/** The differences that a resumed run can't have: they change a step that has begun, or put one before it. */
export function takenBack(differences: readonly PlanDifference[], steps: readonly StepState[]): PlanDifference[] {
  const begun = new Map(steps.filter(({ status }) => status !== 'PENDING').map((step) => [step.name, step]))
  const lastBegun = Math.max(0, ...[...begun.values()].map(({ n }) => n))
  return differences.filter((difference) => {
    if (difference.kind === 'inserted') return difference.now.n <= lastBegun
    return begun.has(difference.name) && settled(begun.get(difference.name), difference)
  })
}

/** A step that failed may be mended and tried again; one that is done may not change. */
function settled(step: StepState | undefined, { kind }: PlanDifference): boolean {
  if (step === undefined) return false
  const done = step.status === 'OK' || step.status === 'SKIPPED' || step.status === 'RUNNING'
  return done || kind !== 'changed'
}
