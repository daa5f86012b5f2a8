import { appendFileSync } from 'node:fs'
import { formatProblem } from '../deployfile/format.ts'
import type { Problem } from '../deployfile/types.ts'
import { visible } from '../report/clean.ts'
import { jsonReporter } from '../report/json.ts'
import { plainReporter } from '../report/plain.ts'
import type { Reporter } from '../report/reporter.ts'
import type { RunEvent } from '../run/events.ts'
import { messageOf, UsageError } from '../words/errors.ts'
import { exitCodes } from '../words/status.ts'
import type { CommonOptions } from './deploy.ts'
import type { World } from './world.ts'

/** Where a run's events go: stdout, and the file of `--log`. */
export function runReporter(options: CommonOptions & { log?: string }, world: World): Reporter {
  const level = options.quiet ? 'quiet' : options.verbose ? 'verbose' : 'normal'
  const toStdout = (line: string) => world.out(`${line}\n`)
  const main = options.json ? jsonReporter(toStdout) : plainReporter({ write: toStdout, level, color: world.color })
  if (options.log === undefined) return main
  const file = plainReporter({ write: logFile(options.log, world), level: 'verbose', color: false })
  return {
    event(event: RunEvent) {
      main.event(event)
      file.event(event)
    },
  }
}

/** Appends lines; a log that can't be written any more is said once and does not end the run. */
function logFile(path: string, world: World): (line: string) => void {
  try {
    appendFileSync(path, '')
  } catch (cause) {
    throw new UsageError(`--log ${path}: it can't be written: ${messageOf(cause)}. Name another file.`)
  }
  let broken = false
  return (line) => {
    if (broken) return
    try {
      appendFileSync(path, `${line}\n`)
    } catch (cause) {
      broken = true
      world.say(`conc: ${path} is no longer written: ${messageOf(cause)}\n`)
    }
  }
}

/** Says what is wrong but stops nothing; what is wrong for many nodes once. */
export function warn(problems: readonly Problem[], options: CommonOptions, world: World): void {
  if (options.quiet) return
  for (const line of new Set(problems.map(formatProblem))) world.say(`${visible(line)}\n`)
}

/** Passes a run's events on, as fast as stdout takes them; gives the exit code that its last one names. */
export async function report(events: AsyncIterable<RunEvent>, reporter: Reporter, world: World): Promise<number> {
  let exitCode: number = exitCodes.error.code
  for await (const event of events) {
    reporter.event(event)
    await world.drained()
    if (event.event === 'run-end') exitCode = event.exitCode
  }
  return exitCode
}
