import { leave, takeOver, mark as writeMark } from '../../bundle/hold.ts'
import { readBundle } from '../../bundle/read.ts'
import { positionOf } from '../../run/selection.ts'
import { whyNotResumable } from '../../run/start.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, chooseNode, readDeploy } from '../deploy.ts'
import { atNode } from '../link.ts'
import type { World } from '../world.ts'

export interface MarkOptions extends CommonOptions {
  readonly done?: boolean
  readonly skip?: boolean
  readonly message?: string
}

/** `conc mark NODE STEP --done|--skip -m WHY`: done by hand, or skipped on purpose; recorded with who and why. */
export async function mark(
  [pattern = '', word = '']: readonly string[],
  options: MarkOptions,
  world: World,
): Promise<number> {
  const { done = false, skip = false, message = '' } = options
  if (done === skip) throw new UsageError('mark takes one of --done and --skip.')
  if (message.trim() === '') throw new UsageError('mark records a reason: add -m WHY.')
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  return atNode(deploy, node, world, async ({ link, bundle }) => {
    const report = await readBundle(link.session, bundle)
    const obstacle = whyNotResumable(report, bundle, node)
    if (obstacle !== undefined) throw obstacle
    const position = positionOf(word, report.plan ?? { job: '', steps: [] })
    const step = report.steps[position - 1]
    if (step === undefined) throw new UsageError(`there is no step ${word}.`)
    if (step.status === 'OK' || step.status === 'SKIPPED')
      throw new UsageError(`${step.name} is ${step.status} already: nothing to mark.`)
    if (step.status === 'RUNNING')
      throw new UsageError(`${step.name} is still running: wait for it, or follow it with conc resume ${node}.`)
    await takeOver(link.session, bundle, report, world.who)
    await writeMark(link.session, step, done ? 'done' : 'skip', world.who, message)
    await leave(link.session, world.who, `after marking ${step.name}`)
    world.out(`${node}: ${step.name} is marked ${done ? 'done by hand' : 'skipped'} by ${world.who}: ${message}\n`)
    return 0
  })
}
