import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { obstacleTo, writeWhole } from '../operations/wholefile.ts'
import type { TestEvent } from '../ops/tests.ts'
import { jsonLine } from '../report/json.ts'
import { jsonTestReporter } from '../report/tests/json.ts'
import { junitText } from '../report/tests/junit.ts'
import { testLog } from '../report/tests/log.ts'
import type { TestReporter } from '../report/tests/reporter.ts'
import { tapText } from '../report/tests/tap.ts'
import { testTerminal } from '../report/tests/terminal.ts'
import { UsageError } from '../words/errors.ts'
import { fileFault } from '../words/filefault.ts'
import type { ReportOptions } from './testoptions.ts'
import type { World } from './world.ts'

type Text = (events: readonly TestEvent[]) => string

interface ReportFile {
  readonly option: string
  readonly path: string
  readonly text: Text
}

/** The files that were asked for. They are written when all is known: whole, or not at all. */
export interface ReportFiles {
  event(event: TestEvent): void
  /** Gives why some of them could not be written. */
  write(): Promise<readonly string[]>
}

/** Makes sure that the files can be written, before anything is asked. Throws UsageError. */
export async function reportFiles(options: ReportOptions): Promise<ReportFiles> {
  const files = filesOf(options)
  for (const { option, path } of files) {
    if (files.some((other) => other.option !== option && resolve(other.path) === resolve(path)))
      throw new UsageError(`${option} ${path}: another report goes there too. Name another file.`)
    const obstacle = await obstacleTo(path)
    if (obstacle !== undefined)
      throw new UsageError(`${option} ${path}: it can't be written: ${obstacle}. Name another file.`)
  }
  const lost: string[] = []
  const log = options.log === undefined ? undefined : testLog(logTo(options.log, (why) => lost.push(why)))
  const events: TestEvent[] = []
  return {
    event(event) {
      log?.event(event)
      if (files.length > 0) events.push(event)
    },
    async write() {
      const failed = files.map(({ option, path, text }) =>
        writeWhole(path, text(events)).then(
          () => [],
          (cause: unknown) => [`${option} ${path} was not written: ${fileFault(cause)}`],
        ),
      )
      return [...lost, ...(await Promise.all(failed)).flat()]
    },
  }
}

/** The file of `--json FILE`; undefined where the events go to stdout, or nowhere. */
function jsonFile({ json }: ReportOptions): string | undefined {
  return typeof json === 'string' && json !== '' ? json : undefined
}

const jsonText: Text = (events) => events.map((event) => `${jsonLine(event)}\n`).join('')

function filesOf(options: ReportOptions): readonly ReportFile[] {
  const wanted: readonly [option: string, path: string | undefined, text: Text][] = [
    ['--junit', options.junit, junitText],
    ['--tap', options.tap, tapText],
    ['--json', jsonFile(options), jsonText],
  ]
  return wanted.flatMap(([option, path, text]) => (path === undefined ? [] : [{ option, path, text }]))
}

/** Appends lines as they come; a log that can't be written any more is told once, and ends nothing. */
function logTo(path: string, tell: (why: string) => void): (line: string) => void {
  const append = (text: string) => {
    try {
      appendFileSync(path, text)
    } catch (cause) {
      return fileFault(cause)
    }
    return undefined
  }
  const obstacle = append('')
  if (obstacle !== undefined)
    throw new UsageError(`--log ${path}: it can't be written: ${obstacle}. Name another file.`)
  let broken = false
  return (line) => {
    const why = broken ? undefined : append(`${line}\n`)
    if (why === undefined) return
    broken = true
    tell(`--log ${path} is not written to its end: ${why}`)
  }
}

/** What stdout is told: events for programs, or lines for people. */
export function stdoutReport(options: ReportOptions, world: World): TestReporter {
  const write = (line: string) => world.out(`${line}\n`)
  if (options.json !== undefined && jsonFile(options) === undefined) return jsonTestReporter(write)
  const level = options.quiet ? 'quiet' : options.verbose ? 'verbose' : 'normal'
  return testTerminal({ write, level, color: world.color })
}
