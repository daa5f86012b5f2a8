import type { Side } from '../deployfile/types.ts'
import type { Status } from '../words/status.ts'
import type { Evidence } from './evidence.ts'
import { type Journal, type JournalRecord, readStatus } from './records.ts'

/** Where a step of a run stands. */
export type StepStatus = Status | 'PENDING' | 'RUNNING' | 'UNKNOWN' | 'SKIPPED'

/** Which of these a node is in, told by evidence on the node, never by age. */
export type NodeState = 'FREE' | 'RUNNING' | 'STOPPED' | 'FAILED' | 'LOST'

export interface StepState {
  /** Its position in the plan that lies in the bundle. */
  readonly n: number
  readonly name: string
  readonly side: Side
  readonly status: StepStatus
  /** The last attempt, 0 when none began. */
  readonly attempt: number
  readonly byHand?: true
  readonly by?: string
  readonly why?: string
  readonly exit?: number
  readonly signal?: string
  readonly began?: string
  readonly ended?: string
}

interface StepLine {
  readonly n: number
  readonly name: string
  readonly side: Side
}

/**
 * Where each step stands, in the order of `steps`.
 * @param evidence tells RUNNING from UNKNOWN for a step that began and has no end.
 */
export function stepStates(steps: readonly StepLine[], journal: Journal, evidence: Evidence): StepState[] {
  const states = new Map<string, StepState>()
  /** By step, how it stood before its last begin. */
  const earlier = new Map<string, StepState>()
  /** The begins of a runner that was fenced, as `STEP ATTEMPT`: they are followed by a void. */
  const doubled = new Set<string>()
  for (const { n, name, side } of steps) states.set(name, { n, name, side, status: 'PENDING', attempt: 0 })
  for (const record of journal.records) {
    if (record.kind === 'take') loseLocal(states)
    if (!('step' in record)) continue
    const before = states.get(record.step)
    if (before === undefined || isStale(before, record, doubled)) continue
    if (record.kind === 'begin') earlier.set(record.step, before)
    states.set(record.step, after(before, record, earlier.get(record.step)))
  }
  for (const end of evidence.endedByName.map(parseEndedName)) {
    const before = end && states.get(end.step)
    if (end && before?.status === 'RUNNING' && before.attempt === end.attempt) {
      states.set(end.step, { ...before, status: end.status, ...(end.exit === undefined ? {} : { exit: end.exit }) })
    }
  }
  return [...states.values()].map((state) => settle(state, evidence))
}

/** Whoever takes a run over can't know what became of a step on the former runner's workstation. */
function loseLocal(states: Map<string, StepState>): void {
  for (const [name, state] of states) {
    if (state.status === 'RUNNING' && state.side === 'local') states.set(name, { ...state, status: 'UNKNOWN' })
  }
}

/** Of an attempt that somebody else has begun as well, or gone beyond. It changes nothing. */
function isStale(state: StepState, record: JournalRecord, doubled: Set<string>): boolean {
  if (record.kind !== 'begin' && record.kind !== 'end' && record.kind !== 'void') return false
  const attempt = `${record.step} ${record.attempt}`
  if (record.kind === 'void' && doubled.delete(attempt)) return true
  if (record.kind !== 'begin') return record.attempt < state.attempt
  if (state.status === 'PENDING' || record.attempt > state.attempt) return false
  doubled.add(attempt)
  return true
}

function after(state: StepState, record: JournalRecord, earlier: StepState | undefined): StepState {
  const { n, name, side, attempt } = state
  switch (record.kind) {
    case 'begin':
      return { n, name, side, status: 'RUNNING', attempt: record.attempt, began: record.time, by: record.by }
    case 'end':
      return {
        ...state,
        status: record.status,
        attempt: record.attempt,
        ended: record.time,
        why: record.why,
        ...(record.exit === undefined ? {} : { exit: record.exit }),
        ...(record.signal === undefined ? {} : { signal: record.signal }),
      }
    case 'void':
      return { ...(earlier ?? { n, name, side, status: 'PENDING' }), attempt: record.attempt }
    case 'skip':
      return { n, name, side, status: 'SKIPPED', attempt, why: record.why, ended: record.time }
    case 'mark': {
      const status = record.as === 'done' ? 'OK' : 'SKIPPED'
      return { n, name, side, status, attempt, byHand: true, by: record.by, why: record.why, ended: record.time }
    }
    case 'probe':
      if (record.says === 'unknown') return state
      return {
        ...state,
        status: record.says === 'done' ? 'OK' : 'PENDING',
        why: `its probe says ${record.says}`,
        ended: record.time,
      }
    default:
      return state
  }
}

/** A step that began and has no end runs while somebody who can end it is alive. */
function settle(state: StepState, evidence: Evidence): StepState {
  if (state.status !== 'RUNNING') return state
  const runs = state.side === 'remote' ? evidence.working : evidence.attended
  return runs ? state : { ...state, status: 'UNKNOWN' }
}

function parseEndedName(name: string) {
  const parts = name.match(/^\d+-(.+)\.(\d+)\.out\.([A-Z_]+)\.(\d+|-)$/)
  const status = readStatus(parts?.[3])
  if (parts === null || status === undefined || parts[1] === undefined) return undefined
  return { step: parts[1], attempt: Number(parts[2]), status, ...(parts[4] === '-' ? {} : { exit: Number(parts[4]) }) }
}

/** Which state the node is in. */
export function nodeState(steps: readonly StepState[], journal: Journal, evidence: Evidence): NodeState {
  if (evidence.bundle === 'none') return 'FREE'
  if (evidence.alive) return 'RUNNING'
  if (steps.some(({ status }) => status === 'UNKNOWN')) return 'LOST'
  if (steps.some(({ status }) => status === 'FAILED' || status === 'TIMED OUT' || status === 'ERROR')) return 'FAILED'
  const decisive = journal.records.findLast(
    ({ kind }) => kind === 'halt' || kind === 'begin' || kind === 'end' || kind === 'take',
  )
  if (decisive?.kind === 'halt' || steps.some(({ status }) => status === 'STOPPED')) return 'STOPPED'
  return 'LOST'
}
