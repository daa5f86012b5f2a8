import { formatProblem } from '../../src/deployfile/format.ts'
import { parseDeployFile } from '../../src/deployfile/parse.ts'
import type { DeployFile, Problem } from '../../src/deployfile/types.ts'

/** Three lines that make a deploy file; what is under test begins in line 4. */
export const start = ['[deploy]', 'app = shop', 'release = 1']

/** The text of a deploy file with these lines after the start. */
export function fileOf(...lines: string[]): string {
  return [...start, ...lines, ''].join('\n')
}

/** The problems of a text, formatted. */
export function problemsOf(text: string, overrides?: ReadonlyMap<string, string>): string[] {
  return formatted(parseDeployFile(text, 'deploy.ini', '/app', overrides).problems)
}

export function formatted(problems: readonly Problem[]): string[] {
  return problems.map(formatProblem)
}

/** The deploy file of these lines after the start; throws the problems when there is none. */
export function parsed(...lines: string[]): DeployFile {
  const { deployFile, sound, problems } = parseDeployFile(fileOf(...lines), 'deploy.ini', '/app')
  if (!sound) throw new Error(formatted(problems).join('\n'))
  return deployFile
}
