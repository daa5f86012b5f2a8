import { quote, quoteAll } from '../../plan/quote.ts'
import type { Plan, PlannedStep } from '../../plan/types.ts'
import { concOf, type PageFacts } from './facts.ts'
import { isHeld } from './lock.ts'
import { code } from './markdown.ts'

/** What to look at after a step. */
export function checkOf(step: PlannedStep, plan: Plan, facts: PageFacts): string {
  const bundle = (step.side === 'local' && !plan.bundle.startsWith('/') ? '~/' : '') + quote(plan.bundle)
  switch (step.action.kind) {
    case 'open-bundle':
      return `${code(`ls -ld ${bundle}`)} shows the folder, and its owner is you.`
    case 'close-bundle':
      return `${code(`ls -d ${bundle}`)} finds nothing any more: the lock is free.`
    case 'pause':
      return 'what its message says, with your own eyes.'
    default:
      return [
        exitStatus(step, facts),
        output(step, plan, facts),
        ...probe(step, plan),
        ...next(step, plan, facts),
      ].join(' ')
  }
}

function exitStatus({ op, action, command }: PlannedStep, { manual }: PageFacts): string {
  if (!manual.ops.get(op)?.readOnly) return 'its exit status is 0 (`echo $?`).'
  // What a code op compares by itself, a person is told in a comment.
  const shows = action.kind === 'code' && command.includes(' # ')
  const passed = shows ? 'it shows what stands behind the `#`' : 'its exit status is 0 (`echo $?`)'
  return `it changes nothing, and is itself a check: it has passed when ${passed}.`
}

function output(step: PlannedStep, plan: Plan, { manual, node }: PageFacts): string {
  if (!isHeld(step, plan))
    return 'What it printed under conc stands on the terminal alone: no bundle is there to keep it.'
  const log = code(`${concOf(manual)} log ${node.name} ${step.name}`)
  return `What it printed under conc: ${log}, or ${code(`${plan.bundle}/output/${step.n}-${step.name}.*`)} on the node.`
}

function probe({ name, side }: PlannedStep, { probes }: Plan): readonly string[] {
  const argv = probes.get(name)
  if (argv === undefined) return []
  const where = side === 'remote' ? 'on the node' : 'on the workstation'
  return [
    `Its probe, ${where}, exits with 0 when it is done, with 1 when not, else a person has to look: ${code(quoteAll(argv))}.`,
  ]
}

function next({ n }: PlannedStep, { steps }: Plan, { manual }: PageFacts): readonly string[] {
  const after = steps.find((step) => step.n === n + 1)
  const checks = after !== undefined && after.action.kind !== 'pause' && manual.ops.get(after.op)?.readOnly
  return checks ? [`The next step, ${code(after.name)}, looks at how things stand too.`] : []
}
