import { substitute } from '../deployfile/substitute.ts'
import type { Attributes, Problem, StepLine } from '../deployfile/types.ts'
import { typeProblems } from '../ops/argumenttypes.ts'
import type { Arguments } from '../ops/types.ts'
import type { Call } from './call.ts'
import { problemAt } from './call.ts'

/** A node and what `${key}` means there. */
export interface NodeValues {
  readonly name: string
  readonly attributes: Attributes
}

/**
 * What words with `${key}` are on the nodes, held against the op's declaration. Wrong on every node that has the values is an
 * error; on some a warning, as the job may not be for those.
 */
export function valueProblems(
  step: StepLine,
  { op, args }: Call,
  nodes: () => readonly NodeValues[],
): readonly Problem[] {
  if (!holdsKeys(args) || !isTyped(op)) return []
  const found = nodes().flatMap(({ name, attributes }) => {
    const values = valuesOf(step, args, attributes)
    return values === undefined ? [] : [{ name, problems: typeProblems(op, values) }]
  })
  const wrong = found.filter(({ problems }) => problems.length > 0)
  const [first] = wrong
  if (first === undefined) return []
  const problems = first.problems.map((text) => problemAt(step, `on ${first.name} ${text}`))
  return wrong.length === found.length ? problems : problems.map((one) => ({ ...one, severity: 'warning' as const }))
}

function isTyped({ parameters = [], flags = {} }: Call['op']): boolean {
  return [...parameters, ...Object.values(flags)].some(({ type }) => type !== undefined)
}

function holdsKeys({ positionals, flags }: Arguments): boolean {
  return [...positionals, ...Object.values(flags)].some((word) => word.includes('${'))
}

/** Undefined on a node that lacks a key: a plan for it tells that. */
function valuesOf(step: StepLine, { positionals, flags }: Arguments, attributes: Attributes): Arguments | undefined {
  let isWhole = true
  const fill = (text: string) => {
    const { text: filled, problems } = substitute(text, attributes, step.place)
    isWhole &&= problems.length === 0
    return filled
  }
  const values = {
    positionals: positionals.map(fill),
    flags: Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, fill(value)])),
  }
  return isWhole ? values : undefined
}
