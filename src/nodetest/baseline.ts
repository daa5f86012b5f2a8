/** What a node was like when it was recorded, by kind: sorted lines, or why they could not be told. */
export interface Baseline {
  readonly node: string
  /** Whom it was asked as, by sudo; the login user when absent. */
  readonly as?: string
  readonly facts: ReadonlyMap<string, Facts>
}

export type Facts = readonly string[] | { readonly unknown: string }

/** How the lines of a kind differ from those that were recorded. */
export interface Drift {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** A baseline as the text of its file: sorted, an entry a line, so that the differences between two can be read. */
export function baselineText({ node, as, facts }: Baseline): string {
  const sorted = [...facts].sort(([a], [b]) => (a < b ? -1 : 1))
  const values = sorted.map(([kind, found]) => [kind, isList(found) ? sortedLines(found) : found])
  const record = { version: 1, node, ...(as === undefined ? {} : { as }), facts: Object.fromEntries(values) }
  return `${JSON.stringify(record, null, 2)}\n`
}

/** Reads such a text. Throws for what is none. */
export function parseBaseline(text: string): Baseline {
  const found: unknown = JSON.parse(text)
  if (!isRecord(found) || found.version !== 1 || typeof found.node !== 'string' || !isRecord(found.facts)) {
    throw new Error('it is no baseline of this version of conc')
  }
  const facts = new Map(Object.entries(found.facts).map(([kind, value]) => [kind, factsOf(kind, value)]))
  return { node: found.node, ...(typeof found.as === 'string' ? { as: found.as } : {}), facts }
}

function factsOf(kind: string, value: unknown): Facts {
  if (Array.isArray(value)) return value.map(String)
  if (isRecord(value) && typeof value.unknown === 'string') return { unknown: value.unknown }
  throw new Error(`its ${kind} are no list`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

export function isList(facts: Facts): facts is readonly string[] {
  return Array.isArray(facts)
}

function sortedLines(lines: readonly string[]): string[] {
  return [...new Set(lines)].sort()
}

/** What came and what went, sorted. */
export function drift(recorded: readonly string[], now: readonly string[]): Drift {
  const [before, after] = [new Set(recorded), new Set(now)]
  return {
    added: sortedLines(now).filter((line) => !before.has(line)),
    removed: sortedLines(recorded).filter((line) => !after.has(line)),
  }
}

/** The most lines of a drift that are shown. */
export const mostShown = 40

/** A drift to read: `- curl 8.4`, `+ curl 8.5`, what belongs to one name together; bounded. */
export function driftLines({ added, removed }: Drift): string[] {
  const lines = [...removed.map((line) => ({ line, sign: '-' })), ...added.map((line) => ({ line, sign: '+' }))]
  const sorted = lines.sort((a, b) => (a.line < b.line ? -1 : 1))
  const shown = sorted.slice(0, mostShown).map(({ line, sign }) => `${sign} ${line}`)
  return lines.length > mostShown ? [...shown, `… and ${lines.length - mostShown} more`] : shown
}
