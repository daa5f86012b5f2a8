import type { Plan, PlannedOptions, PlannedStep } from '../plan/types.ts'
import { count, duration } from './amounts.ts'
import { visible, visibleLine } from './clean.ts'
import { paints, type Style } from './style.ts'

/** A plan to read: each step with its number, name and side, and under it the command, on lines of its own as it is typed. */
export function planLines(plan: Plan, style: Style = {}): readonly string[] {
  const { bold } = paints(style)
  const { job, node, app, release, steps, bundle } = plan
  const title = `${bold(visibleLine(`${job} on ${node}`))}: ${visibleLine(`${app} ${release}`)}, ${count(steps.length, 'step')}`
  const starts = [
    `  remote steps start in the home of the login user, the bundle is ${visibleLine(bundle)}`,
    `  local steps start in ${visibleLine(plan.folder)}`,
  ]
  const width = String(steps.length).length
  return [title, ...starts, ...steps.flatMap((step) => ['', ...stepLines(step, width, style)])]
}

function stepLines(step: PlannedStep, width: number, style: Style): readonly string[] {
  const { bold, cyan, dim } = paints(style)
  const about = [step.side, ...optionWords(step.options)].join(', ')
  const head = `${String(step.n).padStart(width)}. ${bold(visibleLine(step.name))}  ${dim(`(${visibleLine(about)})`)}`
  const indent = ' '.repeat(width + 2)
  return [
    head,
    ...visible(step.command)
      .split('\n')
      .map((line) => indent + cyan(line)),
  ]
}

/** What the command itself does not show. */
export function optionWords({ timeout, secrets }: PlannedOptions): readonly string[] {
  return [
    ...(timeout === undefined ? [] : [`up to ${duration(timeout)}`]),
    ...(secrets === undefined ? [] : [`with ${secrets.join(', ')}`]),
  ]
}

/** A plan as `conc plan --json` prints it; `args` are the words after substitution. */
export function planJson({ job, node, steps }: Plan) {
  return {
    job,
    node,
    steps: steps.map(({ n, name, side, op, words, command }) => ({ n, name, side, op, args: words, command })),
  }
}
