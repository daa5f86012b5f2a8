import { didYouMean } from '../words/suggest.ts'
import { shown } from './format.ts'
import type { Attributes, Place, Problem } from './types.ts'

const references = /\$\$\{|\$\{([^}]*)(\}?)/g

/** The longest value, in characters: no argument of a command is longer on Linux (128 KiB, execve(2)). */
const longestValue = 65_536

/** Gives the value of a key, or undefined when it has none; the reason is told there. */
export type LookUp = (key: string) => string | undefined

/**
 * Puts values in the place of each `${key}`; `$${` becomes `${`. One pass: what was put in is not read again.
 * Undefined when it can't; `tell` gets the reason, unless `lookUp` told it.
 */
export function expand(
  text: string,
  lookUp: LookUp,
  tell: (message: string) => void,
  longest = longestValue,
): string | undefined {
  let result = ''
  let end = 0
  let known = true
  for (const match of text.matchAll(references)) {
    const value = valueAt(match, lookUp, tell)
    known &&= value !== undefined
    result += text.slice(end, match.index) + (value ?? '')
    end = match.index + match[0].length
    if (result.length > longest) break
  }
  result += text.slice(end)
  if (known && result.length > longest) {
    tell(`${shown(text)} becomes longer than ${longest} characters. Put the text in a file.`)
    return undefined
  }
  return known ? result : undefined
}

function valueAt(match: RegExpExecArray, lookUp: LookUp, tell: (message: string) => void): string | undefined {
  const [whole, key, closed] = match
  if (key === undefined) return '${'
  if (closed !== '') return lookUp(key)
  tell(`${shown(whole)} is never closed. Write } after the key, or $\${ for a plain \${.`)
  return undefined
}

/** The message for a key that has no value. */
export function undefinedKey(key: string, keys: Iterable<string>): string {
  const advice = `Set it, or write $\${ for a plain \${.${didYouMean(key, keys)}`
  return key === '' ? `\${} names no attribute. ${advice}` : `there is no attribute ${shown(key)}. ${advice}`
}

/** A text with its `${key}` replaced; when there are problems, those that have no value are left out. */
export interface Substituted {
  readonly text: string
  readonly problems: readonly Problem[]
}

/** Replaces each `${key}` by the node's evaluated attribute, in one pass; `place` is where the text stands. */
export function substitute(text: string, attributes: Attributes, place?: Place, longest = longestValue): Substituted {
  const problems: Problem[] = []
  const tell = (message: string) => {
    problems.push({ severity: 'error', ...(place && { place }), message })
  }
  const lookUp = (key: string) => {
    const value = attributes.get(key)?.value
    if (value === undefined) tell(undefinedKey(key, attributes.keys()))
    return value
  }
  return { text: expand(text, lookUp, tell, longest) ?? text, problems }
}

/** The longest text of a file, in characters: it is a part of the plan. */
const longestText = 2 ** 20

/** The same for the text of a file, whose name and lines are the places of what is wrong. */
export function substituteText(text: string, attributes: Attributes, file: string): Substituted {
  const lines: string[] = []
  const problems: Problem[] = []
  let length = 0
  for (const [index, line] of text.split('\n').entries()) {
    const filled = substitute(line, attributes, { file, line: index + 1 }, longestText)
    problems.push(...filled.problems)
    lines.push(filled.text)
    length += filled.text.length + 1
    if (length <= longestText) continue
    const message = `the text becomes longer than ${longestText} characters. Deliver it as a file.`
    problems.push({ severity: 'error', place: { file, line: index + 1 }, message })
    break
  }
  return { text: lines.join('\n'), problems }
}
