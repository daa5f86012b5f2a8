import { visible, visibleLine } from '../report/clean.ts'
import { ConcError, messageOf } from '../words/errors.ts'
import { exitCodes } from '../words/status.ts'

/** What was raised on purpose says all there is to say; of anything else `-v` among the words shows where it was thrown. */
export function sayingOf(thrown: unknown, words: readonly string[]): string {
  // Of what was raised on purpose only the problems of a deploy file are lines: any other break came from a node.
  if (thrown instanceof ConcError) return 'problems' in thrown ? visible(thrown.message) : visibleLine(thrown.message)
  const dashes = words.indexOf('--')
  const own = dashes < 0 ? words : words.slice(0, dashes)
  const stack = thrown instanceof Error && (own.includes('-v') || own.includes('--verbose')) ? thrown.stack : undefined
  return visible(`conc broke: ${stack ?? messageOf(thrown)}`)
}

export function exitOf(thrown: unknown): number {
  return thrown instanceof ConcError ? thrown.exitCode : exitCodes.error.code
}
