import { describeHolder, giveUp, takeOver } from '../../bundle/hold.ts'
import { readBundle } from '../../bundle/read.ts'
import { oneLine } from '../../journal/records.ts'
import { BlockedError, UsageError } from '../../words/errors.ts'
import { type CommonOptions, chooseNode, readDeploy } from '../deploy.ts'
import { atNode } from '../link.ts'
import type { World } from '../world.ts'

export interface UnlockOptions extends CommonOptions {
  readonly id?: string
  readonly message?: string
}

/** What a bundle that names no run is unlocked by. */
const nameless = 'unnamed'

/** `conc unlock NODE --id ID -m WHY`: gives a run up: archives its journal, removes the bundle. By id only. */
export async function unlock([pattern = '']: readonly string[], options: UnlockOptions, world: World): Promise<number> {
  const { id = '', message = '' } = options
  if (id === '') throw new UsageError('unlock gives up one run: name it with --id ID, as conc status shows it.')
  if (message.trim() === '') throw new UsageError('unlock records a reason: add -m WHY.')
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  return atNode(deploy, node, world, async ({ link, bundle }) => {
    const report = await readBundle(link.session, bundle)
    if (report.evidence.bundle === 'none') throw new UsageError(`nothing to unlock on ${node}: no run holds ${bundle}.`)
    if (report.evidence.bundle === 'foreign') throw new BlockedError(describeHolder(report, bundle))
    const held = report.holder?.run ?? nameless
    if (held !== id)
      throw new UsageError(`run ${held} holds ${bundle} on ${node}, not ${id}. Look again: conc status ${node}.`)
    if (report.evidence.alive)
      throw new BlockedError(`${describeHolder(report, bundle)} Something of it is alive: conc halt ${node}.`)
    await takeOver(link.session, bundle, report, world.who)
    const app = report.holder?.app ?? 'unnamed'
    const run = report.holder?.run ?? `unnamed-${world.newRunId()}`
    await giveUp(link.session, run, app, `unlock ${run} ${world.who} ${oneLine(message)}`)
    world.out(`${node}: run ${run} is given up; its journal is in .conc/history/${app}/${run}.\n`)
    return 0
  })
}
