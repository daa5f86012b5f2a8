import { changes } from '../../nodetest/changes.ts'
import { readyTests, type TestsEnded } from '../../operations/nodetests.ts'
import { askingInTurn, nodeReach } from '../../operations/reach.ts'
import { openScans, type Scans } from '../../operations/scans.ts'
import type { TestEvent } from '../../ops/tests.ts'
import { visible } from '../../report/clean.ts'
import type { TestReporter } from '../../report/tests/reporter.ts'
import { milliseconds } from '../../words/duration.ts'
import { messageOf, UsageError } from '../../words/errors.ts'
import { exitCodes } from '../../words/status.ts'
import { readDeploy } from '../deploy.ts'
import { withSudo } from '../sudo.ts'
import type { TestCommandOptions } from '../testoptions.ts'
import { type ReportFiles, reportFiles, stdoutReport } from '../testreports.ts'
import { sortWords } from '../testwords.ts'
import type { World } from '../world.ts'
import { recordBaselines } from './baseline.ts'

/** `conc test NODE… [FILES]`: the node tests, on all nodes at the same time. Needs neither lock nor terminal. */
export async function test(words: readonly string[], options: TestCommandOptions, world: World): Promise<number> {
  const { json: _toFile, ...common } = options
  const deploy = await readDeploy(common)
  const { nodes, files } = sortWords(deploy, words, options.limit)
  if (options.baseline) return recordBaselines(deploy, nodes, { ...options, files }, world)
  const reports = await reportFiles(options)
  const scans = options.changesOnly ? await openScans(deploy, nodes, world) : undefined
  const place = askingInTurn(await withSudo(world, options))
  const reaches = nodes.map((node) => nodeReach(deploy, node, place))
  const ready = await readyTests(deploy, requestOf(options, files), place, reaches)
  const stop = world.leave()
  stop.addEventListener('abort', () => world.say('\nconc: stopping the tests.\n'), { once: true })
  const isWhole = () => ready.whole && !stop.aborted
  const told = tellers(reports, stdoutReport(options, world), scans, isWhole)
  const ended = await ready.run(told.event, stop)
  const failed = await told.end()
  const lines = options.changesOnly ? failed : [...failed, ...remarks(ended, options)]
  for (const line of lines) world.say(`conc: ${visible(line)}\n`)
  return failed.length > 0 && ended.exitCode === 0 ? exitCodes.error.code : ended.exitCode
}

function requestOf({ name, tag = [], builtin = [], timeout }: TestCommandOptions, files: readonly string[]) {
  const selection = { files, tags: tag, builtin, ...(name === undefined ? {} : { name }) }
  return { selection, ...(timeout === undefined ? {} : { timeout: timeoutOf(timeout) }) }
}

function timeoutOf(text: string): number {
  const time = milliseconds(text)
  if (time === undefined)
    throw new UsageError(`--timeout ${text}: it is no time. Write one with its unit, such as 30s.`)
  return time
}

/** Tells the report files everything, and stdout what differs from the last scans where these are given. */
function tellers(files: ReportFiles, stdout: TestReporter, scans: Scans | undefined, isWhole: () => boolean) {
  const compared = scans === undefined ? undefined : changes((node) => scans.before(node), isWhole)
  return {
    event(event: TestEvent) {
      files.event(event)
      for (const shown of compared?.event(event) ?? [event]) stdout.event(shown)
    },
    /** Writes the files and what the next scan needs; gives what could not be written. */
    async end(): Promise<readonly string[]> {
      const kept = await scans?.keep(compared?.scans() ?? new Map()).then(
        () => undefined,
        (cause: unknown) => `how the tests stand was not kept: ${messageOf(cause)}`,
      )
      return [...(await files.write()), ...(kept === undefined ? [] : [kept])]
    },
  }
}

/** What is to be said of waivers. */
function remarks({ unmatched, needless }: TestsEnded, { quiet, verbose }: TestCommandOptions): readonly string[] {
  if (quiet) return []
  return [
    ...unmatched.map(
      ({ place, test }) => `${place.file}:${place.line}: there is no test \`${test}\`. Correct or remove the waiver.`,
    ),
    ...(verbose ? needless : []).map(
      ({ node, test, waiver: { place } }) =>
        `${place.file}:${place.line}: \`${test}\` passes on ${node} without the waiver.`,
    ),
  ]
}
