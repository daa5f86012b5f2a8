import { stripVTControlCharacters } from 'node:util'
import type { TestResult } from 'vitest/node'
import { quoted } from './pattern.ts'

/** What vitest tells of an error, with its places in the sources. */
export type Failure = NonNullable<TestResult['errors']>[number]

/** Characters that a failure's text may have. */
const longest = 4_000

/** A failure's message, its difference and its line in the test's own file, without colours; `place` is what that is called. */
export function failureText(error: Failure, path: string, place: string): string {
  const { cause, diff } = error
  const said = inOwnWords(error.message)
  const message = cause === undefined ? said : `${said}: ${cause.message}`
  const at = lineIn(error, path)
  const text = diff === undefined ? message : `${message}\n${diff}`
  return `${bounded(text)}${at === undefined ? '' : `\n  at ${place}:${at}`}`
}

/** Vitest names settings of its own, which nobody has here. */
function inOwnWords(message: string): string {
  return message.replace(
    /^(Test|Hook) timed out in (\d+)ms\.\nIf this .*\.$/m,
    (_all, what: string, ms: string) => `${what.toLowerCase()} took over ${Number(ms) / 1000}s (--timeout)`,
  )
}

/** `LINE:COLUMN`. */
function lineIn({ stacks = [], stack = '', cause }: Failure, path: string): string | undefined {
  const frame = stacks.find(({ file }) => file === path)
  if (frame !== undefined) return `${frame.line}:${frame.column}`
  // What no test waited for is told with its text alone.
  const written = new RegExp(`${quoted(path)}:(\\d+:\\d+)`).exec(stack)?.[1]
  if (path !== '' && written !== undefined) return written
  return cause === undefined ? undefined : lineIn(cause, path)
}

function bounded(text: string): string {
  const plain = stripVTControlCharacters(text).trim()
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain
}
