import type { Plan, PlannedStep, PlanRecord, StepRecord } from './types.ts'

/** A plan as it is kept in the bundle; `conc` is the version that made it. */
export function toRecord(plan: Plan, conc: string): PlanRecord {
  const { job, node, app, release } = plan
  return { format: 1, conc, job, node, app, release, steps: plan.steps.map(stepRecord) }
}

function stepRecord({ n, name, side, op, words, options, command, action }: PlannedStep): StepRecord {
  const kind = action.kind === 'command' || action.kind === 'code' ? action.kind : 'runner'
  return { kind, n, name, side, op, words, options, command }
}
