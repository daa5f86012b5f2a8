import { chooseNode } from '../../operations/deploy.ts'
import { readJournal, readOutput } from '../../operations/history.ts'
import { jsonLine } from '../../report/json.ts'
import { logLines } from '../../report/log.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

export interface LogOptions extends CommonOptions {
  readonly id?: string
}

/** `conc log NODE [STEP]`: the journal of the current run, or of a past one by `--id`; with a step, its output. */
export async function log([pattern = '', step]: readonly string[], options: LogOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  if (step !== undefined) {
    world.write('stdout', await readOutput(deploy, node, step, world, options.id))
    return 0
  }
  const { run, journal } = await readJournal(deploy, node, world, options.id)
  const unreadable = journal.strange.map((line) => ({ kind: 'unreadable', ...line }))
  if (options.json)
    for (const record of [...journal.records, ...unreadable]) world.out(`${jsonLine({ node, run, ...record })}\n`)
  else world.out(`${logLines(journal, world).join('\n')}\n`)
  return 0
}
