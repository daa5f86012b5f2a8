import type { Stream } from '../agent/hearing.ts'
import { outputBytes, type RunEvent } from '../run/events.ts'
import { duration } from '../words/clock.ts'
import type { Status } from '../words/status.ts'
import { count } from './amounts.ts'
import { visible, visibleLine } from './clean.ts'
import { type EndedStep, failureLines } from './failure.ts'
import { type StepLines, stepBlocks } from './lines.ts'
import { logLine, type Said, type Say, type Severity } from './logline.ts'
import { reasonOf } from './marks.ts'
import { progressMeter } from './progress.ts'
import { type EventOf, type Handlers, handle, type Reporter } from './reporter.ts'
import { paints } from './style.ts'

export type LogLevel = 'quiet' | 'normal' | 'verbose'

export interface PlainOptions {
  /** Takes a line without its newline, or several with one between two. */
  readonly write: (line: string) => void
  /** `quiet`: problems and the end only. `verbose`: attempts and exact times too. */
  readonly level: LogLevel
  /** ANSI colours. */
  readonly color: boolean
  /** How conc is called. */
  readonly conc: string
}

const severities: Readonly<Record<Status, Severity>> = {
  OK: 'INFO',
  STOPPED: 'WARNING',
  BLOCKED: 'WARNING',
  FAILED: 'ERROR',
  ERROR: 'ERROR',
  'TIMED OUT': 'ERROR',
}

/** A run as log lines: time, level, host, step, message. The time is the event's, in the zone of this machine. */
export function plainReporter(options: PlainOptions): Reporter {
  const { write, level } = options
  const { green, dim } = paints(options)
  const line = logLine(options)
  const say: Say = (of, severity, message, paint) => {
    if (level !== 'quiet' || severity !== 'INFO') line(of, severity, message, paint)
  }
  const outputs = nodeOutputs((of, stream, lines) => {
    const mark = stream === 'stdout' ? '|' : '!'
    say(of, 'INFO', lines, (text) => dim(`${mark} ${text}`))
  })
  const meter = progressMeter()
  // The output stands right above.
  const repeating = { ...options, lines: 0 }
  let total = 0
  /** By node: the command of the step that runs, and the step whose end was not OK. */
  const commands = new Map<string, string>()
  const failed = new Map<string, EndedStep>()
  const handlers: Handlers = {
    'run-start': (event) => {
      total = event.steps.length
      say(event, 'INFO', startMessage(event))
    },
    'step-start': (event) => {
      meter.start(event)
      const command = level === 'verbose' ? event.command : (event.brief ?? event.command)
      commands.set(event.node, command)
      failed.delete(event.node)
      const [first = '', ...more] = visible(command).split('\n')
      const again = event.attempt > 1 || level === 'verbose' ? `, attempt ${event.attempt}` : ''
      say(event, 'INFO', `${event.n}/${total} ${event.side}${again}: ${first}`)
      for (const text of more) say(event, 'INFO', `    ${text}`)
    },
    output: (event) => {
      if (level !== 'quiet') outputs.of(event).add(event.step, event.stream, event.text ?? outputBytes(event))
    },
    progress: (event) => {
      const text = meter.line(event)
      if (text !== undefined) say(event, 'INFO', text)
    },
    'step-end': (event) => {
      outputs.of(event).end(event.step)
      meter.end(event)
      if (event.status !== 'OK') failed.set(event.node, endedStep(event, commands.get(event.node)))
      say(event, severities[event.status], endMessage(event, level), event.status === 'OK' ? green : undefined)
    },
    'step-skip': (event) => {
      say(event, 'INFO', `${event.byHand ? 'skipped by hand' : 'skipped'}: ${visibleLine(event.why)}`)
    },
    'step-done': (event) => say(event, 'INFO', event.byHand ? 'done by hand' : 'done before'),
    'step-waits': (event) => {
      const reason = reasonOf(event)
      const end = reason === undefined ? event.status : `${event.status}, ${visibleLine(reason)}`
      say(event, 'WARNING', `${end}, as it ended before`)
    },
    note: (event) => {
      const severity = event.level === 'warning' ? 'WARNING' : 'INFO'
      for (const text of visible(event.message).trimEnd().split('\n')) say(event, severity, text)
    },
    'run-end': (event) => {
      outputs.of(event).endAll()
      const message = `${visibleLine(event.message)} It took ${time(event.ms, level)}.`
      line(event, severities[event.status], message, event.status === 'OK' ? green : undefined)
      for (const text of failureLines(event, failed.get(event.node), repeating)) write(text)
    },
  }
  return { event: (event) => handle(handlers, event) }
}

/** The output of the steps of each node. A line takes the time of the event that completes it. */
function nodeOutputs(tell: (of: Said, stream: Stream, lines: string) => void) {
  const nodes = new Map<string, { time: string; readonly output: StepLines }>()
  const begin = ({ time, node }: RunEvent) => {
    const of = { time, output: stepBlocks((step, stream, lines) => tell({ time: of.time, node, step }, stream, lines)) }
    nodes.set(node, of)
    return of
  }
  return {
    of(event: RunEvent): StepLines {
      const found = nodes.get(event.node) ?? begin(event)
      found.time = event.time
      return found.output
    },
  }
}

function endedStep({ step, ...end }: EventOf<'step-end'>, command: string | undefined): EndedStep {
  return { ...end, name: step, printed: [], ...(command === undefined ? {} : { command }) }
}

function startMessage({ job, resumed, steps, run }: EventOf<'run-start'>): string {
  return `${visibleLine(job)} ${resumed ? 'goes on' : 'begins'}: ${count(steps.length, 'step')}, run ${visibleLine(run)}`
}

function endMessage(event: EventOf<'step-end'>, level: LogLevel): string {
  const reason = event.status === 'OK' ? undefined : reasonOf(event)
  const took = time(event.ms, level)
  // What is said in sentences comes last.
  if (reason?.endsWith('.')) return `${event.status} in ${took}: ${visibleLine(reason)}`
  return reason === undefined ? `${event.status} in ${took}` : `${event.status}, ${visibleLine(reason)}, in ${took}`
}

function time(ms: number, level: LogLevel): string {
  return level === 'verbose' ? `${Math.round(ms)} ms` : duration(ms)
}
