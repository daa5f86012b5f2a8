import { visible, visibleLine } from './clean.ts'
import { exitMeaning, signalMeaning } from './exits.ts'
import type { EndOf, StepView } from './live/state.ts'
import { paints, type Style } from './style.ts'

/** What a run's end is explained by. */
export interface FailureOptions extends Style {
  /** How conc is called. */
  readonly conc: string
  /** As many lines of the step's output as are shown again. */
  readonly lines: number
  /** Breaks what is said in words, after a lead; commands and output stay whole. */
  readonly wrap?: (lead: string, text: string) => readonly string[]
}

/** A step as far as its end is explained. */
export type EndedStep = Pick<StepView, 'name' | 'status' | 'command' | 'exit' | 'signal' | 'printed'>

const width = 9

/**
 * What to know and to do after a run's end: what ran, what its exit code means, what it printed last, where the rest is, and the
 * commands that lead on, each to be copied.
 * @param step the one whose end was not OK; absent when none began.
 */
export function failureLines(end: EndOf, step: EndedStep | undefined, options: FailureOptions): readonly string[] {
  const facts = step !== undefined && explains(end, step) ? factLines(end, step, options) : []
  const ways = end.ways.map(({ what, command }) => row(what, visibleLine(command), options))
  return [...facts, ...(facts.length > 0 && ways.length > 0 && options.lines > 0 ? [''] : []), ...ways]
}

/** Nothing is wrong with a step that was halted at, or that another run did not let begin. */
function explains({ ways }: EndOf, { status }: EndedStep): boolean {
  if (status === 'STOPPED') return ways.some(({ what }) => what === 'try again')
  return status === 'FAILED' || status === 'ERROR' || status === 'TIMED OUT'
}

function factLines({ node, holding }: EndOf, step: EndedStep, options: FailureOptions): readonly string[] {
  const { dim } = paints(options)
  const { command, printed, name } = step
  const meaning = meaningOf(step)
  const last = options.lines > 0 ? printed.slice(-options.lines) : []
  return [
    ...(command === undefined ? [] : rows('what ran', visible(command).split('\n'), options)),
    ...(meaning === undefined ? [] : wordRows(meaning.of, meaning.text, options)),
    ...rows(
      'printed',
      last.map(({ stream, text }) => dim(`${stream === 'stdout' ? '|' : '!'} ${text}`)),
      options,
    ),
    ...(holding ? [row('all of it', `${options.conc} log ${node} ${visibleLine(name)}`, options)] : []),
  ]
}

function meaningOf({ status, exit, signal }: EndedStep): { of: string; text: string } | undefined {
  if (status === 'TIMED OUT')
    return { of: 'timed out', text: 'it was over its time; its processes were seen to be dead' }
  if (status === 'STOPPED' && signal !== undefined)
    return { of: visibleLine(signal), text: 'conc ended it: the operator of this run asked for it' }
  if (signal !== undefined) {
    const text = signalMeaning(signal)
    return text === undefined ? undefined : { of: visibleLine(signal), text }
  }
  return exit === undefined || exit === 0 ? undefined : { of: `exit ${exit}`, text: exitMeaning(exit) }
}

function rows(name: string, lines: readonly string[], options: FailureOptions): readonly string[] {
  return lines.map((line, index) => row(index === 0 ? name : '', line, options))
}

function wordRows(name: string, text: string, options: FailureOptions): readonly string[] {
  return options.wrap?.(row(name, '', options), text) ?? [row(name, text, options)]
}

function row(name: string, text: string, options: FailureOptions): string {
  return `  ${paints(options).dim(name.padEnd(width))}  ${text}`
}
