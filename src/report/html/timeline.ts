import type { RunReport } from '../../bundle/run.ts'
import type { JournalRecord } from '../../journal/records.ts'
import { between } from '../span.ts'
import { type Attempt, attemptsOf, keyOf } from './attempts.ts'

/** A time in which the run was halted, or in which nobody knows what it did. */
export interface Halt {
  /** How the step before it ended is not known. */
  readonly isSilent: boolean
  readonly began: string
  /** Absent while it lasts. */
  readonly ended?: string
  readonly ms: number
  /** What the journal says of it. */
  readonly why: string
}

/** What a person did: a record of the journal. */
export type ByHand = Extract<JournalRecord, { kind: 'mark' | 'skip' | 'shell' | 'retry' | 'unlock' }>

/** What a timeline shows. */
export type Piece =
  | { readonly kind: 'attempt'; readonly attempt: Attempt; readonly ms: number }
  | ({ readonly kind: 'halt' } & Halt)
  | { readonly kind: 'by hand'; readonly record: ByHand; readonly ms: 0 }

/** What happened in a run, in order. @param now the node's clock, for what still goes on. */
export function piecesOf(report: RunReport, now: string): readonly Piece[] {
  const begun = new Map(attemptsOf(report).map((attempt) => [keyOf(attempt), attempt]))
  const pieces: Piece[] = []
  let last: Attempt | undefined
  let said: JournalRecord[] = []
  for (const record of report.journal.records) {
    const attempt = record.kind === 'begin' ? begun.get(keyOf(record)) : undefined
    if (attempt === undefined) said.push(record)
    else {
      const piece = attemptPiece(attempt, report.state === 'RUNNING', now)
      pieces.push(...haltBetween(last, attempt.began, said), ...byHandIn(said), piece)
      last = attempt
      said = []
    }
  }
  return [...pieces, ...lastHalt(report, last, said, now), ...byHandIn(said)]
}

function byHandIn(said: readonly JournalRecord[]): readonly Piece[] {
  return said.filter(isByHand).map((record) => ({ kind: 'by hand', record, ms: 0 }))
}

function isByHand(record: JournalRecord): record is ByHand {
  const { kind } = record
  return kind === 'mark' || kind === 'skip' || kind === 'shell' || kind === 'retry' || kind === 'unlock'
}

function attemptPiece(attempt: Attempt, isRunning: boolean, now: string): Piece {
  const goesOn = isRunning && attempt.status === 'RUNNING'
  return { kind: 'attempt', attempt, ms: between(attempt.began, attempt.ended ?? (goesOn ? now : attempt.began)) ?? 0 }
}

/** The run was halted before a step when the one before it was not OK, or when it was left or taken over. */
function haltBetween(
  last: Attempt | undefined,
  next: string,
  said: readonly JournalRecord[],
): readonly Extract<Piece, { kind: 'halt' }>[] {
  const left = said.find(({ kind }) => kind === 'halt')
  const stopped = left !== undefined || said.some(({ kind }) => kind === 'take')
  if (last === undefined || (last.status === 'OK' && !stopped)) return []
  const began = last.ended ?? left?.time ?? last.began
  const isSilent = last.status === 'UNKNOWN'
  return [{ kind: 'halt', isSilent, began, ended: next, ms: between(began, next) ?? 0, why: whyHalted(last, left) }]
}

function whyHalted({ step, status }: Attempt, left: JournalRecord | undefined): string {
  if (status === 'UNKNOWN') return `how ${step} ended is not known`
  if (left?.kind === 'halt') return [left.by, left.why].filter(Boolean).join(': ')
  return status === 'OK' ? `after ${step}` : `${step} was ${status}`
}

function lastHalt(report: RunReport, last: Attempt | undefined, said: readonly JournalRecord[], now: string) {
  const { state, journal } = report
  if (state === 'RUNNING' || state === 'OK' || state === 'UNKNOWN' || last === undefined) return []
  const unlocked = journal.records.findLast(({ kind }) => kind === 'unlock')
  const [halt] = haltBetween(last.status === 'OK' ? { ...last, status: 'STOPPED' } : last, unlocked?.time ?? now, said)
  if (halt === undefined) return []
  const { ended, ...open } = {
    ...halt,
    why: whyHalted(
      last,
      said.find(({ kind }) => kind === 'halt'),
    ),
  }
  return [unlocked === undefined ? open : { ...open, ...(ended === undefined ? {} : { ended }) }]
}
