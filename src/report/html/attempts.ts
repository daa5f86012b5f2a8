import type { RunReport } from '../../bundle/run.ts'
import type { Side } from '../../deployfile/types.ts'
import type { JournalRecord } from '../../journal/records.ts'
import type { StepState, StepStatus } from '../../journal/state.ts'

/** One try of a step, by the journal. Times are ISO 8601, the node's. */
export interface Attempt {
  readonly n: number
  readonly step: string
  readonly side: Side
  readonly attempt: number
  readonly by: string
  readonly began: string
  /** Absent while it runs, and where nobody knows. */
  readonly ended?: string
  readonly status: StepStatus
  readonly exit?: number
  readonly signal?: string
  readonly why?: string
}

/** The tries that a journal tells of, in its order; without those that did not begin after all. */
export function attemptsOf({ journal, steps }: Pick<RunReport, 'journal' | 'steps'>): readonly Attempt[] {
  const attempts = new Map<string, Attempt>()
  for (const record of journal.records) {
    const begun = 'attempt' in record ? attempts.get(keyOf(record)) : undefined
    if (record.kind === 'begin') attempts.set(keyOf(record), begunBy(record, steps))
    else if (record.kind === 'void') attempts.delete(keyOf(record))
    else if (record.kind === 'end' && begun !== undefined) attempts.set(keyOf(record), endedBy(begun, record))
  }
  return [...attempts.values()]
}

/** Names an attempt among those of a run. */
export function keyOf({ step, attempt }: { readonly step: string; readonly attempt: number }): string {
  return `${step}.${attempt}`
}

type RecordOf<K> = Extract<JournalRecord, { kind: K }>

function begunBy({ n, step, side, attempt, by, time }: RecordOf<'begin'>, steps: readonly StepState[]): Attempt {
  return { n, step, side, attempt, by, began: time, status: openStatus(step, attempt, steps) }
}

function endedBy(begun: Attempt, { status, exit, signal, why, time }: RecordOf<'end'>): Attempt {
  const code = { ...(exit === undefined ? {} : { exit }), ...(signal === undefined ? {} : { signal }) }
  return { ...begun, ended: time, status, ...code, why }
}

/** Of a try without an end only the last can run, or have its end told by a file's name; of any other nobody knows. */
function openStatus(step: string, attempt: number, steps: readonly StepState[]): StepStatus {
  const state = steps.find(({ name }) => name === step)
  if (state === undefined || state.attempt !== attempt || state.byHand || state.status === 'SKIPPED') return 'UNKNOWN'
  return state.status === 'PENDING' ? 'UNKNOWN' : state.status
}
