import type { Job, Problem, Side, StepLine } from '../deployfile/types.ts'
import type { Op } from '../ops/types.ts'

type Ops = ReadonlyMap<string, Op>
type Severity = Problem['severity']

/** What is wrong with where a job opens and closes its bundle. */
export function bundleProblems(job: Job, ops: Ops): Problem[] {
  return [...unopened(job, ops), ...pairs(job, ops, 'remote'), ...pairs(job, ops, 'local'), ...afterClose(job, ops)]
}

/** A change to the node before its bundle is open is in no journal. */
function unopened({ steps }: Job, ops: Ops): Problem[] {
  const open = steps.findIndex((step) => isRunner(step, ops, 'open-bundle') && step.side === 'remote')
  const early = steps.slice(0, open < 0 ? steps.length : open).find((step) => changesNode(step, ops))
  if (early === undefined) return []
  const message = `${early.name} changes the node before the bundle is open: such a run can't be resumed. Begin with \`open = remote open-bundle\`.`
  return [problem('warning', early, message)]
}

function changesNode({ side, op: name }: StepLine, ops: Ops): boolean {
  const op = ops.get(name)
  if (op === undefined || op.readOnly || 'runner' in op) return false
  return side === 'remote' || name === 'deliver'
}

/** Each open-bundle has its close-bundle after it, on its side, once. */
function pairs({ steps }: Job, ops: Ops, side: Side): Problem[] {
  const problems: Problem[] = []
  let open: StepLine | undefined
  let opened = false
  for (const step of steps.filter((each) => each.side === side)) {
    if (isRunner(step, ops, 'open-bundle')) {
      if (opened)
        problems.push(problem('error', step, `the bundle is opened a second time. Keep one ${side} open-bundle.`))
      open = step
      opened = true
    }
    if (isRunner(step, ops, 'close-bundle')) {
      if (open === undefined) {
        problems.push(problem('error', step, `there is no bundle to close. Put \`${side} open-bundle\` before it.`))
      }
      open = undefined
    }
  }
  if (open) {
    problems.push(
      problem(
        'warning',
        open,
        `the bundle is never closed, so it stays locked. End with \`close = ${side} close-bundle\`.`,
      ),
    )
  }
  return problems
}

/** With the bundle on the node goes the journal: no step after it could be recorded. */
function afterClose({ steps }: Job, ops: Ops): Problem[] {
  const close = steps.findIndex((step) => isRunner(step, ops, 'close-bundle') && step.side === 'remote')
  if (close < 0) return []
  return steps
    .slice(close + 1)
    .filter((step) => !isRunner(step, ops, 'close-bundle'))
    .map((step) => problem('error', step, `${step.name} stands after the bundle is closed. Put close-bundle last.`))
}

function isRunner({ op: name }: StepLine, ops: Ops, runner: 'open-bundle' | 'close-bundle'): boolean {
  const op = ops.get(name)
  return op !== undefined && 'runner' in op && op.runner === runner
}

function problem(severity: Severity, { place }: StepLine, message: string): Problem {
  return { severity, place, message }
}
