interface Span {
  /** Without a line for an `else` that is not written. */
  readonly start: { readonly line?: number; readonly column?: number }
}

type Table<Value> = Readonly<Record<string, Value>>
type Counts = Record<number, number>

/** What istanbul keeps of a file: where each part lies, and how often it was reached. */
export interface FileHits {
  readonly statementMap: Table<Span>
  readonly fnMap: Table<{ readonly loc: Span }>
  readonly branchMap: Table<{ readonly loc: Span; readonly locations: readonly Span[] }>
  readonly s: Counts
  readonly f: Counts
  readonly b: Table<Counts>
}

/** A statement, a function, or one way of a branch. */
interface Part {
  readonly key: string
  readonly counts: Counts
  readonly at: number
}

/**
 * Adds to `own` what `other`, of the same source by another compiler, says of the parts that begin at the same place: where
 * they end compilers do not agree.
 */
export function addHits(own: FileHits, other: FileHits): void {
  const hits = new Map(partsOf(other).map(({ key, counts, at }) => [key, counts[at] ?? 0]))
  for (const { key, counts, at } of partsOf(own)) counts[at] = (counts[at] ?? 0) + (hits.get(key) ?? 0)
}

function partsOf({ statementMap, fnMap, branchMap, s, f, b }: FileHits): Part[] {
  const statements = Object.entries(statementMap).map(([id, span]) => ({
    key: `s ${placeOf(span)}`,
    counts: s,
    at: +id,
  }))
  const functions = Object.entries(fnMap).map(([id, { loc }]) => ({ key: `f ${placeOf(loc)}`, counts: f, at: +id }))
  const ways = Object.entries(branchMap).flatMap(([id, { loc, locations }]) =>
    locations.map((way, at) => ({ key: `b ${placeOf(loc)} ${placeOf(way)} ${at}`, counts: b[id] ?? [], at })),
  )
  return [...statements, ...functions, ...ways]
}

function placeOf({ start }: Span): string {
  return `${start.line}:${start.column}`
}
