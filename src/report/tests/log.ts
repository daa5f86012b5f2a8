import type { Outcome } from '../../ops/tests.ts'
import { duration } from '../../words/clock.ts'
import { visibleLine } from '../clean.ts'
import { logTime } from '../time.ts'
import { countsText, linesOf, onlyText, tripsText, whyLines } from './outcome.ts'
import { handleTest, type TestHandlers, type TestReporter } from './reporter.ts'

type Severity = 'INFO' | 'WARNING' | 'ERROR'

const severities: Readonly<Record<Outcome, Severity>> = {
  pass: 'INFO',
  skip: 'INFO',
  interrupted: 'WARNING',
  unknown: 'ERROR',
  fail: 'ERROR',
}

/** Tests as log lines: time, level, node, message. The time is the event's, in the zone of this machine. */
export function testLog(write: (line: string) => void): TestReporter {
  const say = (of: { time: string; node: string }, severity: Severity, ...messages: readonly string[]) => {
    const lead = `${logTime(of.time)} ${severity.padEnd(7)} ${visibleLine(of.node).padEnd(10)}`
    for (const message of messages) write(`${lead} ${message}`)
  }
  const handlers: TestHandlers = {
    'test-start': () => {},
    'test-end': (event) => {
      const severity = severities[event.outcome]
      const head = `${event.outcome} in ${duration(event.ms)}: ${visibleLine(event.test)} (${visibleLine(event.file)})`
      say(event, severity, head, ...whyLines(event).map((line) => `    ${line}`))
    },
    'test-output': (event) => say(event, 'INFO', ...linesOf(event.text).map((line) => `| ${line}`)),
    'test-gone': (event) => say(event, 'WARNING', visibleLine(`gone, was ${event.was}: ${event.test || event.file}`)),
    'file-only': (event) => say(event, 'WARNING', visibleLine(onlyText(event))),
    'file-broken': (event) => {
      const lines = linesOf(event.why).map((line) => `    ${line}`)
      say(event, 'ERROR', `${visibleLine(event.file)} can't be loaded`, ...lines)
    },
    'node-end': (event) => {
      const { outcome, counts, roundTrips, ms, why } = event
      const said = [
        ...(why === undefined ? [] : [visibleLine(why)]),
        countsText(counts),
        tripsText(roundTrips, duration(ms)),
      ]
      say(event, outcome === 'pass' || outcome === 'skip' ? 'INFO' : 'ERROR', `${outcome}: ${said.join('; ')}`)
    },
    'run-end': (event) => {
      const { status, counts, unreachable, ms, why } = event
      const said = [countsText(counts), ...(unreachable > 0 ? [`${unreachable} unreachable`] : []), duration(ms)]
      const reason = why === undefined ? '' : `. ${visibleLine(why)}`
      say(event, status === 'OK' ? 'INFO' : 'ERROR', `${status}: ${said.join(', ')}${reason}`)
    },
  }
  return { event: (event) => handleTest(handlers, event) }
}
