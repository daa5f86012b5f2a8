import { unlock as giveUp } from '../../operations/control.ts'
import { attributesOf, chooseNode } from '../../operations/deploy.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

export interface UnlockOptions extends CommonOptions {
  readonly id?: string
  readonly message?: string
}

/** `conc unlock NODE --id ID -m WHY`: gives a run up: archives its journal, removes the bundle. By id only. */
export async function unlock([pattern = '']: readonly string[], options: UnlockOptions, world: World): Promise<number> {
  const { id = '', message: why = '' } = options
  if (id === '') throw new UsageError('unlock gives up one run: name it with --id ID, as conc status shows it.')
  if (why.trim() === '') throw new UsageError('unlock records a reason: add -m WHY.')
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  const archive = await giveUp(deploy, node, { id, why }, world)
  const kept =
    attributesOf(deploy, node).get('embedded')?.value === 'yes'
      ? 'the embedded node goes, with its journal'
      : `its journal is in ${archive}`
  world.out(`${node}: run ${id} is given up; ${kept}.\n`)
  return 0
}
