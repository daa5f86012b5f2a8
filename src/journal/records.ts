import type { Side } from '../deployfile/types.ts'
import { type Status, statuses } from '../words/status.ts'

/** What every record carries. */
export interface Recorded {
  /** The node's clock, ISO 8601. */
  readonly time: string
}

/** Which step a record is about. */
export interface RecordedStep {
  /** Its position in the job, from 1. */
  readonly n: number
  /** Its name. */
  readonly step: string
}

/** Which try of a step a record is about. */
export interface RecordedTry {
  /** Its position in the job, from 1. */
  readonly n: number
  /** Which try it is, from 1. */
  readonly attempt: number
  /** Its name. */
  readonly step: string
}

/** One line of the journal. */
export type JournalRecord =
  /** The bundle was made. */
  | ({
      readonly kind: 'open'
      /** The id of the run that it was made for. */
      readonly run: string
    } & Recorded)
  /** A step is about to start: written before it does. */
  | ({
      readonly kind: 'begin'
      /** Where it runs. */
      readonly side: Side
      /** Who runs it; empty in the agent's own lines: it is who last opened or took over the run. */
      readonly by: string
    } & RecordedTry &
      Recorded)
  /** How a step ended. */
  | ({
      readonly kind: 'end'
      readonly status: Status
      /** Its exit code, where it has one. */
      readonly exit?: number
      /** The signal that ended it, such as `SIGKILL`. */
      readonly signal?: string
      /** For people; empty where nothing is to be said. */
      readonly why: string
    } & RecordedTry &
      Recorded)
  /** It did not begin after all: another runner had taken over in that moment. */
  | ({ readonly kind: 'void' } & RecordedTry & Recorded)
  /** A step was left out. */
  | ({
      readonly kind: 'skip'
      /** For people. */
      readonly why: string
    } & RecordedStep &
      Recorded)
  /** A person's word about a step. */
  | ({
      readonly kind: 'mark'
      /** Done by hand, or not to be done. */
      readonly as: 'done' | 'skip'
      /** Who said so. */
      readonly by: string
      /** The reason that was given. */
      readonly why: string
    } & RecordedStep &
      Recorded)
  /** A person's word that a step may run again. */
  | ({
      readonly kind: 'retry'
      /** Who said so. */
      readonly by: string
    } & RecordedStep &
      Recorded)
  /** A probe was asked about a step whose outcome was unknown. */
  | ({
      readonly kind: 'probe'
      /** What it answered. */
      readonly says: 'done' | 'not-done' | 'unknown'
    } & RecordedStep &
      Recorded)
  /** The run was taken over. */
  | ({
      readonly kind: 'take'
      /** From here on only this epoch writes. */
      readonly epoch: number
      /** Who took it over. */
      readonly by: string
    } & Recorded)
  /** The run was left on purpose. */
  | ({
      readonly kind: 'halt'
      /** Who asked for it. */
      readonly by: string
      /** Why it was left. */
      readonly why: string
    } & Recorded)
  /** A person was in the bundle. */
  | ({
      readonly kind: 'shell'
      /** Went in, or came out. */
      readonly what: 'entered' | 'left'
      /** Who it was. */
      readonly by: string
    } & Recorded)
  /** The last step releases the bundle. */
  | ({
      readonly kind: 'close'
      /** The id of the run that held it. */
      readonly run: string
    } & Recorded)
  /** The run was given up. */
  | ({
      readonly kind: 'unlock'
      /** Its id. */
      readonly run: string
      /** Who gave it up. */
      readonly by: string
      /** The reason that was given. */
      readonly why: string
    } & Recorded)

/** A journal as it was read. */
export interface Journal {
  /** In the order in which they were written. */
  readonly records: readonly JournalRecord[]
  /** The last line was cut short by a crash: it counts as never written. */
  readonly torn: boolean
  /** Lines that are no record of this version, by number from 1; at most a thousand. */
  readonly strange: readonly { readonly line: number; readonly text: string }[]
}

/** How the agent ends a line that a crash cut short. No record holds a tab. */
const cutShort = '\t(cut short)'

/** Whether a line that is no record was marked so: it counts as never written. */
export function isCutShort(text: string): boolean {
  return text.endsWith(cutShort)
}

/** Reads a journal. Never throws: what it can't read is reported as strange. */
export function parseJournal(text: string): Journal {
  const lines = text.split('\n')
  const last = lines.pop() ?? ''
  const records: JournalRecord[] = []
  const strange: { line: number; text: string }[] = []
  lines.forEach((line, index) => {
    const record = line === '' || isCutShort(line) ? undefined : parseRecord(line)
    if (record !== undefined) records.push(record)
    else if (line !== '') keepStrange(strange, { line: index + 1, text: line })
  })
  return { records, torn: last !== '', strange }
}

type Strange = Journal['strange'][number]

/** A node may send garbage without end. What was not marked as cut short is told before what was. */
function keepStrange(strange: Strange[], one: Strange): void {
  if (strange.length < mostStrange) strange.push(one)
  else if (!isCutShort(one.text) && isCutShort(strange.at(-1)?.text ?? '')) strange[mostStrange - 1] = one
}

const mostStrange = 1_000

/** One line of free text: the journal is lines, so none may stand inside one. */
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()
}

/** The journal's word for a status: without a space. */
export function writeStatus(status: Status): string {
  return status.replace(' ', '_')
}

export function readStatus(word: string | undefined): Status | undefined {
  return statuses.find((status) => writeStatus(status) === word)
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function parseRecord(line: string): JournalRecord | undefined {
  const [when = '', kind = '', ...words] = line.split(' ')
  if (!time.test(when)) return undefined
  return Object.hasOwn(parsers, kind) ? parsers[kind]?.(when, words) : undefined
}

const parsers: Readonly<Record<string, (time: string, words: readonly string[]) => JournalRecord | undefined>> = {
  open: (time, [run]) => (run === undefined ? undefined : { kind: 'open', time, run }),
  begin: (time, words) => {
    const at = position(words)
    const [side, ...by] = words.slice(3)
    if (at === undefined || (side !== 'local' && side !== 'remote')) return undefined
    return { kind: 'begin', time, ...at, side, by: by.join(' ') }
  },
  end: (time, words) => {
    const at = position(words)
    const [word, exit, signal, ...why] = words.slice(3)
    const status = readStatus(word)
    if (at === undefined || status === undefined) return undefined
    return { kind: 'end', time, ...at, status, ...ending(exit, signal), why: why.join(' ') }
  },
  void: (time, words) => {
    const at = position(words)
    return at === undefined ? undefined : { kind: 'void', time, ...at }
  },
  skip: (time, [n, step, ...why]) =>
    isCount(n) && step !== undefined ? { kind: 'skip', time, n: Number(n), step, why: why.join(' ') } : undefined,
  mark: (time, [n, step, as, by, ...why]) =>
    isCount(n) && step !== undefined && by !== undefined && (as === 'done' || as === 'skip')
      ? { kind: 'mark', time, n: Number(n), step, as, by, why: why.join(' ') }
      : undefined,
  retry: (time, [n, step, by]) =>
    isCount(n) && step !== undefined && by !== undefined ? { kind: 'retry', time, n: Number(n), step, by } : undefined,
  probe: (time, [n, step, says]) =>
    isCount(n) && step !== undefined && (says === 'done' || says === 'not-done' || says === 'unknown')
      ? { kind: 'probe', time, n: Number(n), step, says }
      : undefined,
  take: (time, [epoch, by = '']) => (isCount(epoch) ? { kind: 'take', time, epoch: Number(epoch), by } : undefined),
  halt: (time, [by = '', ...why]) => ({ kind: 'halt', time, by, why: why.join(' ') }),
  shell: (time, [what, by = '']) =>
    what === 'entered' || what === 'left' ? { kind: 'shell', time, what, by } : undefined,
  close: (time, [run]) => (run === undefined ? undefined : { kind: 'close', time, run }),
  unlock: (time, [run, by = '', ...why]) =>
    run === undefined ? undefined : { kind: 'unlock', time, run, by, why: why.join(' ') },
}

function position([n, attempt, step]: readonly string[]): { n: number; attempt: number; step: string } | undefined {
  if (!isCount(n) || !isCount(attempt) || step === undefined) return undefined
  return { n: Number(n), attempt: Number(attempt), step }
}

function isCount(word: string | undefined): boolean {
  return word !== undefined && /^[1-9]\d*$/.test(word)
}

function ending(exit: string | undefined, signal: string | undefined): { exit?: number; signal?: string } {
  const code = exit?.match(/^exit=(\d+)$/)?.[1]
  const name = signal?.match(/^signal=([A-Z]\S*)$/)?.[1]
  return {
    ...(code === undefined ? {} : { exit: Number(code) }),
    ...(name === undefined ? {} : { signal: `SIG${name}` }),
  }
}
