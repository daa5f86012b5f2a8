import { formatProblem } from '../../deployfile/format.ts'
import type { UnfitJob } from '../../operations/manual.ts'
import type { Plan } from '../../plan/types.ts'
import { count } from '../amounts.ts'
import { callOf, heading, type PageFacts } from './facts.ts'
import { code, fence, table } from './markdown.ts'
import { stepParts, summaryOf } from './step.ts'

/** The runbook of a job on a node: its steps in a table, and each with all about it. */
export function jobParts(plan: Plan, facts: PageFacts): readonly string[] {
  const { job, app, release, steps } = plan
  const { manual } = facts
  const call = callOf(manual, 'run', plan)
  const rows = steps.map(({ n, name, side, op }) => [String(n), code(name), side, summaryOf(manual.ops.get(op))])
  return [
    heading(facts, 1, `Job ${code(job)}`),
    `${count(steps.length, 'step')}, in this order, each only after the one before it is done. It is made for ${code(app)} ${code(release)}. conc does it all, and halts before any step you name:`,
    fence('sh', [`${call} --dry-run`, `${call} --until STEP`, call].join('\n')),
    table(['n', 'step', 'side', 'does'], rows),
    ...steps.flatMap((step) => stepParts(step, plan, facts)),
  ]
}

/** A job that is not for this node, and why. */
export function unfitParts({ job, problems }: UnfitJob, facts: PageFacts): readonly string[] {
  const { file } = facts.manual
  const errors = problems.filter(({ severity }) => severity === 'error')
  const lines = errors.map(({ place, ...rest }) =>
    formatProblem(place === undefined ? rest : { ...rest, place: { ...place, file } }),
  )
  return [heading(facts, 1, `Job ${code(job)}`), 'It can not be done on this node:', fence('text', lines.join('\n'))]
}
