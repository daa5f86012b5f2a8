import type { Problem } from './types.ts'

/** Takes one problem of a line. */
export type Report = (line: number, message: string, severity?: Problem['severity']) => void

/** Collects the problems of one file. */
export function reporter(file: string, problems: Problem[]): Report {
  return (line, message, severity = 'error') => problems.push({ severity, place: { file, line }, message })
}

/** Problems in line order, file by file, those of one line in the order found, each once. */
export function inLineOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [JSON.stringify([problem.place, problem.message]), problem]))
  const files = [...new Set(problems.map(({ place }) => place?.file))]
  const rank = ({ place }: Problem) => (place === undefined ? -1 : files.indexOf(place.file))
  return [...unique.values()].sort((a, b) => rank(a) - rank(b) || (a.place?.line ?? 0) - (b.place?.line ?? 0))
}
