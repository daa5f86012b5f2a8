import type { PlanRecord, StepRecord } from '../plan/types.ts'

/** The first and the last step that a run was asked for, by name: positions change with the deploy file. An end that is absent is open. */
export interface StepRange {
  readonly from?: string
  readonly to?: string
}

/** The plan as it lies in the bundle, with the `--set` values it was made with, and the nodes that it was begun on together. */
export interface KeptPlan extends PlanRecord {
  readonly set?: Readonly<Record<string, string>>
  /** In their order; absent for one alone. */
  readonly nodes?: readonly string[]
  /** Absent where all steps were asked for. */
  readonly range?: StepRange
}

/** Reads plan.json. Undefined when it is no plan of this format; fields that this version does not know are left out. */
export function parsePlan(text: string): KeptPlan | undefined {
  try {
    const plan: unknown = JSON.parse(text)
    return isPlan(plan) ? { ...plan, steps: plan.steps.map(knownFields) } : undefined
  } catch {
    return undefined
  }
}

function isPlan(plan: unknown): plan is KeptPlan {
  if (!isObject(plan) || plan.format !== 1) return false
  const named = [plan.job, plan.node, plan.app, plan.release].every(isText)
  const set = plan.set === undefined || (isObject(plan.set) && Object.values(plan.set).every(isText))
  const nodes = plan.nodes === undefined || (Array.isArray(plan.nodes) && plan.nodes.every(isText))
  const range = plan.range === undefined || isRange(plan.range)
  return named && set && nodes && range && Array.isArray(plan.steps) && plan.steps.every(isStep)
}

function isRange(range: unknown): range is StepRange {
  return isObject(range) && [range.from, range.to].every((end) => end === undefined || isText(end))
}

function isStep(step: unknown): step is StepRecord {
  if (!isObject(step)) return false
  const { n, name, side, op, words, options, command, kind } = step
  return (
    typeof n === 'number' &&
    [name, op, command].every(isText) &&
    (side === 'local' || side === 'remote') &&
    Array.isArray(words) &&
    words.every(isText) &&
    isObject(options) &&
    (kind === undefined || kind === 'command' || kind === 'code' || kind === 'runner')
  )
}

/** An option that is not known stays: it changes what the step does. */
function knownFields({ kind, n, name, side, op, words, options, command }: StepRecord): StepRecord {
  return { kind, n, name, side, op, words, options, command }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
