import { appendFileSync } from 'node:fs'
import { formatProblem } from '../deployfile/format.ts'
import type { Problem } from '../deployfile/types.ts'
import { foldingReporter, foldsOf } from '../report/ci.ts'
import { visible } from '../report/clean.ts'
import { withFleetTable } from '../report/fleet.ts'
import { jsonReporter } from '../report/json.ts'
import { type PlainOptions, plainReporter } from '../report/plain.ts'
import type { Reporter } from '../report/reporter.ts'
import { Utf8Lines } from '../report/utf8lines.ts'
import type { RunEvent } from '../run/events.ts'
import { UsageError } from '../words/errors.ts'
import { fileFault } from '../words/filefault.ts'
import { exitCodes } from '../words/status.ts'
import { type CommonOptions, called } from './deploy.ts'
import type { RunReporter } from './livereporter.ts'
import { summaryFile } from './summary.ts'
import type { World } from './world.ts'

/** What a person may say of how a run is told. */
export interface ReportingOptions extends CommonOptions {
  readonly log?: string
  readonly summary?: string
  /** Lines one after the other, on a terminal too. */
  readonly plain?: boolean
}

/** The view of a run that is to come, where there is one. The terminal is its own until it is closed. */
export async function openView(options: ReportingOptions, world: World): Promise<RunReporter | undefined> {
  const { json = false, quiet, plain, verbose = false } = options
  const { seat, now, say, out } = world
  if (seat === undefined || quiet || plain || json !== seat.beside) return undefined
  const { liveReporter } = await import('./livereporter.ts')
  const { conc } = called(world, options)
  return liveReporter(seat, { out: seat.beside ? say : out, now, conc, more: verbose, lines: 10 })
}

/** Where a run's events go: the view or stdout, and the files of `--log` and `--summary`. */
export async function runReporter(
  options: ReportingOptions,
  world: World,
  view: RunReporter | undefined,
): Promise<RunReporter> {
  const { log, summary } = options
  const { conc } = called(world, options)
  const file = log === undefined ? undefined : logFile(log, world)
  const written = summary === undefined ? undefined : await summaryFile(summary, world)
  const main = mainReporter(options, world, view)
  const plain = file && together((write) => lineReporter({ write, level: 'verbose', color: false, conc }), file)
  return {
    event(event: RunEvent) {
      for (const each of [main, plain, written]) each?.event(event)
    },
    async close() {
      main.close()
      await written?.close()
    },
  }
}

/** A run as lines; of several nodes with a table of all at the end. */
function lineReporter(options: PlainOptions): Reporter {
  return withFleetTable(plainReporter(options), options.write, options)
}

/** Results, and the view where there is one: in their place, or beside those for programs that go elsewhere. */
function mainReporter(options: ReportingOptions, world: World, view: RunReporter | undefined): RunReporter {
  if (view === undefined) return resultReporter(options, world)
  return world.seat?.beside ? both(resultReporter(options, world), view) : view
}

function both(results: Reporter, view: RunReporter): RunReporter {
  return {
    event(event) {
      results.event(event)
      view.event(event)
    },
    close: () => view.close(),
  }
}

function resultReporter(options: ReportingOptions, world: World): RunReporter {
  const { json, quiet, verbose = false } = options
  const { color, out } = world
  const { conc } = called(world, options)
  const level = quiet ? 'quiet' : verbose ? 'verbose' : 'normal'
  const folds = foldsOf(world.env)
  const plainTo = (write: (line: string) => void) => lineReporter({ write, level, color, conc })
  const lines = together((write) => {
    if (json) return jsonReporter(write)
    return folds ? foldingReporter(folds, write, plainTo) : plainTo(write)
  }, out)
  return { ...lines, close() {} }
}

/** The lines of an event go out in one write: it may bring a thousand of them, and a file takes each write at once. */
function together(make: (write: (line: string) => void) => Reporter, out: (text: Buffer) => void): Reporter {
  const lines = new Utf8Lines()
  const reporter = make((line) => lines.add(line))
  return {
    event(event) {
      reporter.event(event)
      if (lines.size > 0) out(lines.take())
    },
  }
}

/** Appends text; a log that can't be written any more is said once and does not end the run. */
function logFile(path: string, world: World): (text: Buffer) => void {
  try {
    appendFileSync(path, '')
  } catch (cause) {
    throw new UsageError(`--log ${path}: it can't be written: ${fileFault(cause)}. Name another file.`)
  }
  let broken = false
  return (text) => {
    if (broken) return
    try {
      appendFileSync(path, text)
    } catch (cause) {
      broken = true
      world.say(`conc: ${path} is no longer written: ${fileFault(cause)}\n`)
    }
  }
}

/** Says what is wrong but stops nothing; what is wrong for many nodes once. */
export function warn(problems: readonly Problem[], options: CommonOptions, world: World): void {
  if (options.quiet) return
  for (const line of new Set(problems.map(formatProblem))) world.say(`${visible(line)}\n`)
}

/** Passes a run's events on, as fast as stdout takes them; gives the exit code that its last one names. */
export async function report(events: AsyncIterable<RunEvent>, reporter: RunReporter, world: World): Promise<number> {
  let exitCode: number = exitCodes.error.code
  try {
    for await (const event of events) {
      reporter.event(event)
      await world.drained()
      if (event.event === 'run-end') exitCode = event.exitCode
    }
  } finally {
    await reporter.close()
  }
  return exitCode
}
