import { formatProblem } from '../deployfile/format.ts'
import type { DeployFile, Problem } from '../deployfile/types.ts'
import { count } from './amounts.ts'
import { visibleLine } from './clean.ts'
import { paints, type Style } from './style.ts'

/**
 * Each problem on a line, in the order given, and last a line that counts them, or says that nothing is wrong and of what.
 * Without a deploy file there are problems.
 */
export function problemLines(
  problems: readonly Problem[],
  deployFile: DeployFile | undefined,
  style: Style = {},
): readonly string[] {
  const { red, yellow, green } = paints(style)
  const lines = problems.map((problem) => {
    const line = visibleLine(formatProblem(problem))
    return problem.severity === 'error' ? red(line) : yellow(line)
  })
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.length - errors
  if (errors > 0 || deployFile === undefined) return [...lines, red(countLine(errors, warnings))]
  return [...lines, green(visibleLine(`${deployFile.path}: ${soundLine(warnings, deployFile)}`))]
}

function countLine(errors: number, warnings: number): string {
  return [count(errors, 'error'), ...(warnings > 0 ? [count(warnings, 'warning')] : [])].join(' and ')
}

function soundLine(warnings: number, { nodes, jobs }: DeployFile): string {
  const steps = [...jobs.values()].reduce((sum, job) => sum + job.steps.length, 0)
  const what = [count(nodes.size, 'node'), count(jobs.size, 'job'), count(steps, 'step')].join(', ')
  return warnings > 0 ? `nothing is wrong but ${count(warnings, 'warning')}: ${what}` : `nothing is wrong: ${what}`
}
