import { isDeepStrictEqual } from 'node:util'
import type { PlanRecord, StepRecord } from './types.ts'

/** How one step of a plan differs from the plan in the bundle. A step can be both changed and moved. */
export type PlanDifference =
  | { readonly kind: 'changed' | 'moved'; readonly name: string; readonly old: StepRecord; readonly now: StepRecord }
  | { readonly kind: 'inserted'; readonly name: string; readonly now: StepRecord }
  | { readonly kind: 'removed'; readonly name: string; readonly old: StepRecord }

/** Compares two plans step by step, by name: in the order of the new plan, what was removed last. */
export function comparePlans(old: PlanRecord, now: PlanRecord): PlanDifference[] {
  const before = byName(old.steps)
  const after = byName(now.steps)
  const stayed = inOrder(now.steps.map(({ name }) => before.get(name)).filter((step) => step !== undefined))
  const differences = now.steps.flatMap((step): PlanDifference[] => {
    const { name } = step
    const was = before.get(name)
    if (was === undefined) return [{ kind: 'inserted', name, now: step }]
    const both = { name, old: was, now: step }
    return [
      ...(isSame(was, step) ? [] : [{ kind: 'changed' as const, ...both }]),
      ...(stayed.has(name) ? [] : [{ kind: 'moved' as const, ...both }]),
    ]
  })
  const removed = old.steps.filter(({ name }) => !after.has(name))
  return [...differences, ...removed.map((step) => ({ kind: 'removed' as const, name: step.name, old: step }))]
}

function byName(steps: readonly StepRecord[]): ReadonlyMap<string, StepRecord> {
  return new Map(steps.map((step) => [step.name, step]))
}

/**
 * The position is no part of a step: one inserted before it changes nothing about it. Neither is the text of what is no
 * command, which another version of conc may word differently.
 */
function isSame(a: StepRecord, b: StepRecord): boolean {
  return isDeepStrictEqual(essence(a), essence(b))
}

function essence(step: StepRecord): StepRecord {
  return { ...step, n: 0, command: step.kind === 'command' ? step.command : '' }
}

/** The names of a longest run of steps that kept their order: so moving one step is one move. */
function inOrder(steps: readonly StepRecord[]): ReadonlySet<string> {
  const best: string[][] = []
  let longest: string[] = []
  for (const [index, step] of steps.entries()) {
    let chain: string[] = []
    for (let j = 0; j < index; j++) {
      const other = best[j] ?? []
      if ((steps[j]?.n ?? 0) < step.n && other.length > chain.length) chain = other
    }
    best[index] = [...chain, step.name]
    if (best[index].length > longest.length) longest = best[index]
  }
  return new Set(longest)
}
