import { parse } from 'ini'
import type { Header } from './headers.ts'
import type { Line } from './lines.ts'

/** A `key = value` line of a section. */
export interface Entry {
  readonly key: string
  readonly value: string
  readonly line: number
}

/** A section as written; its header is undefined when it was wrong. */
export interface RawSection {
  readonly header: Header | undefined
  readonly line: number
  readonly entries: readonly Entry[]
}

/**
 * Decodes lines by the package `ini`. Names go through it as tokens and values as JSON strings: so it nests, reorders, overwrites and drops
 * nothing, and each value keeps its line.
 */
export function decodeSections(lines: readonly Line[]): RawSection[] {
  const decoded: Record<string, Record<string, unknown>> = parse(lines.map(token).join('\n'))
  const keys = new Map(lines.flatMap((line) => ('key' in line ? [[`k${line.line}_`, line] as const] : [])))
  return lines
    .filter((line) => 'header' in line)
    .map(({ header, line }) => ({ header, line, entries: entriesOf(decoded[`s${line}_`] ?? {}, keys) }))
}

function token(line: Line): string {
  return 'header' in line ? `[s${line.line}_]` : `k${line.line}_=${JSON.stringify(line.value)}`
}

function entriesOf(
  section: Record<string, unknown>,
  keys: ReadonlyMap<string, { key: string; line: number }>,
): Entry[] {
  return Object.entries(section).flatMap(([token, value]) => {
    const written = keys.get(token)
    // ini makes true, false and null of these words even in quotes.
    return written === undefined ? [] : [{ key: written.key, value: String(value), line: written.line }]
  })
}
