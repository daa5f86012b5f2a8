import type { Op } from '../../ops/types.ts'
import type { Plan, PlannedStep } from '../../plan/types.ts'
import { optionWords } from '../plan.ts'
import { checkOf } from './check.ts'
import { heading, type PageFacts } from './facts.ts'
import { failureParts } from './failure.ts'
import { handParts } from './hand.ts'
import { code, list, prose } from './markdown.ts'

/** A step: what it does, the command that does it by hand, what to check after it, and what its failure means. */
export function stepParts(step: PlannedStep, plan: Plan, facts: PageFacts): readonly string[] {
  const { n, name, op: opName, place, options, side } = step
  const op = facts.manual.ops.get(opName)
  const words = op === undefined ? [] : argumentWords(step, op)
  const about = [side, ...optionWords(options)].join(', ')
  return [
    heading(facts, 2, `${n}. ${code(name)}`),
    `${code(opName)} (${prose(about)}; ${code(`${facts.manual.file}:${place.line}`)}): ${summaryOf(op)}`,
    ...(words.length === 0 ? [] : [list(words)]),
    ...handParts(step, plan, facts),
    `**Check after it:** ${checkOf(step, plan, facts)}`,
    ...failureParts(step, plan, facts),
  ]
}

/** The op's own sentence. */
export function summaryOf(op: Op | undefined): string {
  return prose(op?.summary ?? '')
}

/** The words that an op was given, each with what it is. Those of a program are in the command. */
function argumentWords({ args: { positionals, flags } }: PlannedStep, op: Op): readonly string[] {
  if (op.raw) return []
  const words = (op.parameters ?? []).flatMap(({ name, summary, many }, index) => {
    const given = many ? positionals.slice(index) : positionals.slice(index, index + 1)
    return given.length === 0 ? [] : [`${code(name)}, ${prose(summary)}: ${given.map(code).join(', ')}`]
  })
  const switches = Object.entries(op.flags ?? {}).flatMap(([name, { summary, value }]) => {
    const given = flags[name]
    if (given === undefined) return []
    return [`${code(`--${name}`)}, ${prose(summary)}${value === undefined ? '' : `: ${code(given)}`}`]
  })
  return [...words, ...switches]
}
