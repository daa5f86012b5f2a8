import type { Journal, JournalRecord } from '../journal/records.ts'
import { visibleLine } from './clean.ts'
import { marks, reasonOf } from './marks.ts'
import { paints, type Style } from './style.ts'
import { wallTime } from './time.ts'

type Kind = JournalRecord['kind']
type Sayings = { readonly [K in Kind]: (record: Extract<JournalRecord, { kind: K }>) => string }

/** A journal to read, a line for each record. Times are those of the node's clock, in the zone of this machine. */
export function logLines(journal: Journal, style: Style = {}): readonly string[] {
  const { yellow } = paints(style)
  return [
    ...journal.records.map((record) => recordLine(record, style)),
    ...journal.strange.map((one) => yellow(unreadableLine(one))),
    ...(journal.torn ? [yellow('the last line is cut short: it counts as never written')] : []),
  ]
}

/** One record of a journal, with its time. */
export function recordLine(record: JournalRecord, style: Style = {}): string {
  const text = sayingOf(record)
  const colors = paints(style)
  const said = record.kind === 'end' ? colors[marks[record.status].paint](text) : text
  return `${colors.dim(wallTime(record.time))}  ${said}`
}

/** A line of a journal that is no record. */
export function unreadableLine({ line, text }: Journal['strange'][number]): string {
  return `line ${line} can't be read: ${visibleLine(text)}`
}

/** What a record says, in a line. */
export function sayingOf(record: JournalRecord): string {
  const say = sayings[record.kind] as (record: JournalRecord) => string
  return visibleLine(say(record))
}

const sayings: Sayings = {
  open: ({ run }) => `run ${run} opens the bundle`,
  begin: ({ n, step, side, attempt, by }) =>
    `${n} ${step} begins (${side}${again(attempt)})${by === '' ? '' : `, by ${by}`}`,
  end: (record) => {
    const reason = record.status === 'OK' && record.why === '' ? undefined : reasonOf(record)
    return `${record.n} ${record.step} ${record.status}${reason === undefined ? '' : `, ${reason}`}`
  },
  void: ({ n, step }) => `${n} ${step} did not begin after all`,
  skip: ({ n, step, why }) => `${n} ${step} skipped${because(why)}`,
  mark: ({ n, step, as, by, why }) =>
    `${n} ${step} ${as === 'done' ? 'done' : 'skipped'} by hand, by ${by}${because(why)}`,
  retry: ({ n, step, by }) => `${n} ${step} may be tried again, by ${by}`,
  probe: ({ n, step, says }) => `${n} ${step}: its probe says ${says}`,
  take: ({ epoch, by }) => `${by} takes the run over, epoch ${epoch}`,
  halt: ({ by, why }) => `${by} halts${because(why)}`,
  shell: ({ what, by }) => `${by} ${what} the shell`,
  close: ({ run }) => `run ${run} closes the bundle`,
  unlock: ({ run, by, why }) => `${by} gives up run ${run}${because(why)}`,
}

function again(attempt: number): string {
  return attempt > 1 ? `, attempt ${attempt}` : ''
}

function because(why: string): string {
  return why === '' ? '' : `: ${why}`
}
