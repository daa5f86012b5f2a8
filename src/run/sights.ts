import type { Stream } from '../agent/hearing.ts'
import type { Journal, JournalRecord } from '../journal/records.ts'
import { keptOutput } from './keep.ts'

/** What is seen of a run by looking at what it writes. */
export type Sight =
  | { readonly kind: 'record'; readonly record: JournalRecord }
  | { readonly kind: 'unreadable'; readonly line: number; readonly text: string }
  | ({ readonly kind: 'output'; readonly stream: Stream; readonly bytes: Buffer } & Attempt)
  /** The node keeps no more of what this attempt prints. */
  | ({ readonly kind: 'full'; readonly stream: Stream } & Attempt)

/** One try of a step. */
export interface Attempt {
  readonly n: number
  readonly step: string
  readonly attempt: number
}

/** An attempt whose output is read: how much of each stream was told, and for how many looks it still is. */
export interface Reading extends Attempt {
  readonly told: Record<Stream, number>
  looks: number
}

/** How far a run has been seen. It outlives a connection. */
export interface Seen {
  /** The journal's bytes. */
  journal: Buffer
  /** How many records and unreadable lines of it were told. */
  records: number
  unreadable: number
  readonly reading: Map<string, Reading>
}

export function nothingSeen(): Seen {
  return { journal: Buffer.alloc(0), records: 0, unreadable: 0, reading: new Map() }
}

/** What an attempt has printed beyond what was told. */
export type Fresh = Readonly<Record<Stream, Buffer>>

// What may hold secrets is kept by the workstation, and comes after the end of its step.
const looksAfterEnd = 2

/** Takes up the attempts that have begun since. Of what had ended before the first look nothing is read. */
export function takeUp(seen: Seen, { records }: Journal): void {
  const first = seen.records === 0
  for (const record of records.slice(seen.records)) {
    if (record.kind === 'begin') {
      const { n, step, attempt } = record
      const told = seen.reading.get(keyOf(record))?.told ?? { stdout: 0, stderr: 0 }
      seen.reading.set(keyOf(record), { n, step, attempt, told, looks: Number.POSITIVE_INFINITY })
    } else if (first && (record.kind === 'end' || record.kind === 'void')) seen.reading.delete(keyOf(record))
  }
}

/** What is new, in order: the output of a step before its end. */
export function* newSights(seen: Seen, journal: Journal, fresh: ReadonlyMap<string, Fresh>): Generator<Sight> {
  const untold = new Map(fresh)
  for (; seen.records < journal.records.length; seen.records++) {
    const record = journal.records[seen.records]
    if (record?.kind === 'end') yield* outputSights(seen, keyOf(record), untold)
    if (record?.kind === 'end' || record?.kind === 'void') leaveSoon(seen.reading.get(keyOf(record)))
    if (record !== undefined) yield { kind: 'record', record }
  }
  for (const line of journal.strange.slice(seen.unreadable)) yield { kind: 'unreadable', ...line }
  seen.unreadable = journal.strange.length
  for (const key of [...untold.keys()]) yield* outputSights(seen, key, untold)
  for (const [key, reading] of seen.reading) if (--reading.looks < 0) seen.reading.delete(key)
}

function* outputSights(seen: Seen, key: string, untold: Map<string, Fresh>): Generator<Sight> {
  const fresh = untold.get(key)
  const reading = seen.reading.get(key)
  untold.delete(key)
  if (fresh === undefined || reading === undefined) return
  const { n, step, attempt, told } = reading
  for (const stream of ['stdout', 'stderr'] as const) {
    const bytes = fresh[stream]
    if (bytes.length === 0) continue
    const before = told[stream]
    told[stream] += bytes.length
    yield { kind: 'output', n, step, attempt, stream, bytes }
    if (before < keptOutput && told[stream] >= keptOutput) yield { kind: 'full', n, step, attempt, stream }
  }
}

function leaveSoon(reading: Reading | undefined): void {
  if (reading !== undefined) reading.looks = looksAfterEnd
}

function keyOf({ step, attempt }: Attempt): string {
  return `${step}.${attempt}`
}
