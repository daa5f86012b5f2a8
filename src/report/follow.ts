import type { BundleReport } from '../bundle/read.ts'
import type { RunReport } from '../bundle/run.ts'
import { outputText } from '../run/events.ts'
import type { Sight } from '../run/sights.ts'
import { duration } from '../words/clock.ts'
import { visibleLine } from './clean.ts'
import { jsonLine } from './json.ts'
import { type StepLines, stepLines } from './lines.ts'
import { recordLine, unreadableLine } from './log.ts'
import { exitCodeOfRun, runPaints, standing } from './standing.ts'
import { paints, type Style } from './style.ts'

/** Tells what is seen of a run that somebody watches. */
export interface FollowReporter {
  begin(report: BundleReport): void
  tell(sight: Sight): void
  cut(cause: string, wait: number): void
  end(report: RunReport): void
}

/** A followed run for people: the lines of its journal, and under each step what it prints. */
export function followLines(node: string, write: (line: string) => void, style: Style = {}): FollowReporter {
  const colors = paints(style)
  const { dim, yellow, bold } = colors
  const output = stepLines((step, stream, line) =>
    write(`${dim(`${indent}${visibleLine(step)} ${stream === 'stdout' ? '|' : '!'} ${line}`)}`),
  )
  return {
    begin({ holder }) {
      if (holder === undefined) return
      const { job, app, release, run, by } = holder
      write(`${bold(visibleLine(node))}: ${visibleLine(`${job} of ${app} ${release}, run ${run}, by ${by}`)}`)
    },
    tell: (sight) => tellLines(sight, output, write, style),
    cut: (cause, wait) => write(yellow(visibleLine(`${cause}; logs in again in ${duration(wait)}`))),
    end(report) {
      output.endAll()
      const said = visibleLine(standing(report))
      write(`${bold(visibleLine(node))}: ${colors[runPaints[report.state]](report.state)}${said && `, ${said}`}`)
    },
  }
}

// As wide as a time.
const indent = ' '.repeat(21)

function tellLines(sight: Sight, output: StepLines, write: (line: string) => void, style: Style): void {
  const { yellow } = paints(style)
  if (sight.kind === 'output') output.add(sight.step, sight.stream, sight.bytes)
  else if (sight.kind === 'unreadable') write(yellow(unreadableLine(sight)))
  else if (sight.kind === 'full') {
    write(yellow(`${indent}${visibleLine(sight.step)} prints more than the node keeps: the rest is not shown`))
  } else {
    if (sight.record.kind === 'end') output.end(sight.record.step)
    write(recordLine(sight.record, style))
  }
}

/** The same for programs: records as `conc log --json` prints them, `output` between them, and `run-end` last. */
export function followJson(node: string, write: (line: string) => void): FollowReporter {
  let run: string | undefined
  const line = (value: object) => write(jsonLine({ node, run, ...value }))
  return {
    begin({ holder }) {
      run = holder?.run
    },
    tell(sight) {
      if (sight.kind === 'record') return line(sight.record)
      if (sight.kind !== 'output') return line(sight)
      const { bytes, ...about } = sight
      line({ ...about, ...outputText(bytes) })
    },
    cut: (why, wait) => line({ kind: 'cut', why, wait }),
    end: (report) =>
      line({ kind: 'run-end', state: report.state, why: standing(report), exitCode: exitCodeOfRun(report) }),
  }
}
