import type { Plan, PlannedOptions, PlannedStep } from '../plan/types.ts'
import { briefOf } from '../run/commands.ts'
import { duration } from '../words/clock.ts'
import { count } from './amounts.ts'
import { visible, visibleLine } from './clean.ts'
import { paints, type Style } from './style.ts'

/** How a plan is shown. */
export interface PlanStyle extends Style {
  /** The text of a file too, where that is what runs. */
  readonly whole?: boolean
}

/** A plan to read: each step with its number, name and side, and under it the command, on lines of its own as it is typed. */
export function planLines(plan: Plan, style: PlanStyle = {}): readonly string[] {
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

function stepLines(step: PlannedStep, width: number, style: PlanStyle): readonly string[] {
  const { bold, cyan, dim } = paints(style)
  const about = [step.side, ...optionWords(step.options)].join(', ')
  const head = `${String(step.n).padStart(width)}. ${bold(visibleLine(step.name))}  ${dim(`(${visibleLine(about)})`)}`
  const indent = ' '.repeat(width + 2)
  const { brief = step.command } = style.whole ? {} : briefOf(step)
  return [
    head,
    ...visible(brief)
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
