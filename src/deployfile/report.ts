import type { Problem } from './types.ts'

/** Takes one problem of a line. */
export type Report = (line: number, message: string, severity?: Problem['severity']) => void

/** Collects the problems of one file. */
export function reporter(file: string, problems: Problem[]): Report {
  return (line, message, severity = 'error') => problems.push({ severity, place: { file, line }, message })
}

/** Problems in line order, those of one line in the order found, each once. */
export function inLineOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [`${problem.place?.line} ${problem.message}`, problem]))
  return [...unique.values()].sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0))
}
