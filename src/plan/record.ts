import type { Plan, PlannedStep, PlanRecord, StepRecord } from './types.ts'

/** A plan as it is kept in the bundle; `conc` is the version that made it. */
export function toRecord(plan: Plan, conc: string): PlanRecord {
  const { job, node, app, release } = plan
  return { format: 1, conc, job, node, app, release, steps: plan.steps.map(stepRecord) }
}

function stepRecord({ n, name, side, op, words, options, command }: PlannedStep): StepRecord {
  return { n, name, side, op, words, options, command }
}
