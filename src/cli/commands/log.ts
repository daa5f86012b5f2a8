import { chooseNode, type Deploy } from '../../operations/deploy.ts'
import { readJournal, readOutput } from '../../operations/history.ts'
import { readRuns } from '../../operations/runs.ts'
import { foldsOf, harmlessOutput } from '../../report/ci.ts'
import { jsonLine } from '../../report/json.ts'
import { logLines } from '../../report/log.ts'
import { runJson, runLines } from '../../report/runs.ts'
import { UsageError } from '../../words/errors.ts'
import { isFile } from '../cilog.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

export interface LogOptions extends CommonOptions {
  readonly id?: string
  readonly runs?: boolean
  readonly follow?: boolean
  readonly html?: string
}

/**
 * `conc log NODE [STEP]`: the journal of the current or the last run, or of a past one by `--id`; with a step, its
 * output; with `--runs` which runs there are, with `--follow` a run as it goes, with `--html` a page of one.
 */
export async function log([pattern = '', step]: readonly string[], options: LogOptions, world: World): Promise<number> {
  refuseMixtures(step, options)
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  if (options.follow) return (await import('./follow.ts')).follow(deploy, node, options.json === true, world)
  if (options.html !== undefined) {
    const { writePage } = await import('./page.ts')
    return writePage(deploy, node, { file: options.html, ...options }, world)
  }
  if (options.runs) return listRuns(deploy, node, options, world)
  if (step === undefined) return showJournal(deploy, node, options, world)
  const output = await readOutput(deploy, node, step, world, options.id)
  const folds = foldsOf(world.env)
  world.write('stdout', folds === undefined || isFile('stdout') ? output : harmlessOutput(folds, output))
  return 0
}

/** One call shows one thing. */
function refuseMixtures(step: string | undefined, { id, runs, follow, html, json }: LogOptions): void {
  const asked = [
    ...(step === undefined ? [] : ['a step']),
    ...(runs ? ['--runs'] : []),
    ...(follow ? ['--follow'] : []),
    ...(html === undefined ? [] : ['--html']),
  ]
  if (asked.length > 1) throw new UsageError(`log shows one thing at a time: ${asked.join(' and ')} don't go together.`)
  if (id !== undefined && (runs || follow))
    throw new UsageError(`--id names a past run: ${asked.join()} takes none. Leave one of them out.`)
  if (json && html !== undefined) throw new UsageError('--html writes a page: leave --json out.')
}

async function showJournal(deploy: Deploy, node: string, options: LogOptions, world: World): Promise<number> {
  const { run, journal } = await readJournal(deploy, node, world, options.id)
  if (journal.records.length + journal.strange.length === 0) {
    world.say(`conc: the journal of run ${run} is empty\n`)
    return 0
  }
  const unreadable = journal.strange.map((line) => ({ kind: 'unreadable', ...line }))
  if (options.json)
    for (const record of [...journal.records, ...unreadable]) world.out(`${jsonLine({ node, run, ...record })}\n`)
  else
    world.out(
      `${logLines(journal, world)
        .map(foldsOf(world.env)?.harmless ?? String)
        .join('\n')}\n`,
    )
  return 0
}

async function listRuns(deploy: Deploy, node: string, { json }: LogOptions, world: World): Promise<number> {
  const runs = await readRuns(deploy, node, world)
  const lines = json ? runs.runs.map((run) => jsonLine(runJson(node, run, runs.now))) : runLines(node, runs, world)
  for (const line of lines) world.out(`${line}\n`)
  return 0
}
