import type { PlanDifference } from '../plan/compare.ts'
import type { PlannedOptions, StepRecord } from '../plan/types.ts'
import { visible, visibleLine } from './clean.ts'
import { optionWords } from './plan.ts'
import { paints, type Style } from './style.ts'

/** How a plan differs from the one in the bundle: a line for each step, and its command before (`-`) and now (`+`). */
export function differenceLines(differences: readonly PlanDifference[], style: Style = {}): readonly string[] {
  const { bold, red, green } = paints(style)
  return differences.flatMap((difference) => {
    const { kind, name } = difference
    const old = 'old' in difference ? difference.old : undefined
    const now = 'now' in difference ? difference.now : undefined
    const where = kind === 'moved' ? ` from ${old?.n} to ${now?.n}` : ''
    const before = kind === 'moved' || old === undefined ? [] : recordLines(old).map((line) => red(`    - ${line}`))
    const after = kind === 'moved' || now === undefined ? [] : recordLines(now).map((line) => green(`    + ${line}`))
    return [`  ${bold(visibleLine(name))} ${kind}${where}`, ...before, ...after]
  })
}

/** All of a step that can have changed. */
function recordLines({ side, op, options, command }: StepRecord): readonly string[] {
  const about = [side, op, ...optionWords(options), ...unknownOptions(options)].join(', ')
  return [`${visibleLine(`(${about})`)}`, ...visible(command).split('\n')]
}

/** What another version of conc wrote, and this one does not know. */
function unknownOptions({ timeout, as, cd, secrets, ...others }: PlannedOptions): readonly string[] {
  return Object.entries(others).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
}
