import { quote } from '../plan/quote.ts'
import type { Plan, PlannedStep } from '../plan/types.ts'
import type { Selection } from './types.ts'

type Shaped = Pick<Plan, 'attributes' | 'steps'>

/**
 * The options with which `conc run` is the same run again, in the order of its help, each after a space.
 * @param at where it begins this time, when not at its start.
 */
export function runOptions(plan: Shaped, selection: Selection, at?: PlannedStep): string {
  return [...rangeOf(plan, selection, at), ...haltOf(plan, selection, at), ...setOf(plan)].join('')
}

/** The same for `conc resume`: the bundle knows what was set, and what was left out before. */
export function resumeOptions(plan: Shaped, selection: Selection, at?: PlannedStep): string {
  return haltOf(plan, selection, at).join('')
}

/** The bundle's own steps may lie outside of what was selected. */
function rangeOf(plan: Shaped, selection: Selection, at: PlannedStep | undefined): readonly string[] {
  const from = Math.max(at?.n ?? 0, selection.from ?? 0)
  const to = selection.to === undefined ? undefined : Math.max(selection.to, from)
  if (to !== undefined && from === to) return named('--only', from, plan)
  return [...named('--from', from, plan), ...named('--to', to, plan)]
}

/** Who goes on from where a run was to halt goes beyond it. */
function haltOf(plan: Shaped, { until, step }: Selection, at: PlannedStep | undefined): readonly string[] {
  const ahead = until !== undefined && (at === undefined || until > at.n)
  return [...(ahead ? named('--until', until, plan) : []), ...(step ? [' --step'] : [])]
}

function named(option: string, position: number | undefined, { steps }: Shaped): readonly string[] {
  const step = steps.find(({ n }) => n === position)
  return step === undefined ? [] : [` ${option} ${step.name}`]
}

function setOf({ attributes }: Shaped): readonly string[] {
  const set = [...attributes].filter(([, { from }]) => from === '--set')
  return set.map(([key, { value }]) => ` -e ${quote(`${key}=${value}`)}`)
}
