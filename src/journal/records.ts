import type { Side } from '../deployfile/types.ts'
import { type Status, statuses } from '../words/status.ts'

/** One line of the journal. `time` is the node's clock, ISO 8601. */
export type JournalRecord =
  | { readonly kind: 'open'; readonly time: string; readonly run: string }
  | {
      readonly kind: 'begin'
      readonly time: string
      readonly n: number
      readonly attempt: number
      readonly step: string
      readonly side: Side
      readonly by: string
    }
  | {
      readonly kind: 'end'
      readonly time: string
      readonly n: number
      readonly attempt: number
      readonly step: string
      readonly status: Status
      readonly exit?: number
      readonly signal?: string
      readonly why: string
    }
  | {
      readonly kind: 'void'
      readonly time: string
      readonly n: number
      readonly attempt: number
      readonly step: string
    }
  | { readonly kind: 'skip'; readonly time: string; readonly n: number; readonly step: string; readonly why: string }
  | {
      readonly kind: 'mark'
      readonly time: string
      readonly n: number
      readonly step: string
      readonly as: 'done' | 'skip'
      readonly by: string
      readonly why: string
    }
  | { readonly kind: 'retry'; readonly time: string; readonly n: number; readonly step: string; readonly by: string }
  | {
      readonly kind: 'probe'
      readonly time: string
      readonly n: number
      readonly step: string
      readonly says: 'done' | 'not-done' | 'unknown'
    }
  | { readonly kind: 'take'; readonly time: string; readonly epoch: number; readonly by: string }
  | { readonly kind: 'halt'; readonly time: string; readonly by: string; readonly why: string }
  | { readonly kind: 'shell'; readonly time: string; readonly what: 'entered' | 'left'; readonly by: string }
  | { readonly kind: 'close'; readonly time: string; readonly run: string }
  | { readonly kind: 'unlock'; readonly time: string; readonly run: string; readonly by: string; readonly why: string }

export interface Journal {
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
