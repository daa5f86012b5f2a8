import { mark as markStep } from '../../operations/control.ts'
import { chooseNode } from '../../operations/deploy.ts'
import { visibleLine } from '../../report/clean.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

export interface MarkOptions extends CommonOptions {
  readonly done?: boolean
  readonly skip?: boolean
  readonly message?: string
}

/** `conc mark NODE STEP --done|--skip -m WHY`: done by hand, or skipped on purpose; recorded with who and why. */
export async function mark(
  [pattern = '', step = '']: readonly string[],
  options: MarkOptions,
  world: World,
): Promise<number> {
  const { done = false, skip = false, message: why = '' } = options
  if (done === skip) throw new UsageError('mark takes one of --done and --skip.')
  if (why.trim() === '') throw new UsageError('mark records a reason: add -m WHY.')
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  const { name } = await markStep(deploy, node, { step, as: done ? 'done' : 'skip', why }, world)
  world.out(
    `${node}: ${visibleLine(name)} is marked ${done ? 'done by hand' : 'skipped'} by ${world.who}: ${visibleLine(why)}\n`,
  )
  return 0
}
