import { isUtf8 } from 'node:buffer'
import { longestLine } from './bytelines.ts'
import { visible } from './clean.ts'

/** A piece of text: the end of a line, lines as they are shown, the beginning of one. */
interface Parts {
  readonly first: string
  readonly lines: string
  readonly last: string
}

/** Undefined for what has to be looked at byte by byte. */
export function partsOf(printed: Buffer | string): Parts | undefined {
  if (typeof printed !== 'string') return isUtf8(printed) ? partsOf(printed.toString('utf8')) : undefined
  const from = printed.indexOf('\n') + 1
  const to = printed.lastIndexOf('\n')
  if (from > to || printed.includes('\r')) return undefined
  const lines = visible(printed.slice(from, to))
  return hasLongLine(lines) ? undefined : { first: printed.slice(0, from), lines, last: printed.slice(to + 1) }
}

function hasLongLine(lines: string): boolean {
  let at = 0
  while (lines.length - at > longestLine) {
    const end = lines.lastIndexOf('\n', at + longestLine)
    if (end < at) return true
    at = end + 1
  }
  return false
}
