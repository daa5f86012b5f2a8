import { halt as askToHalt } from '../../operations/control.ts'
import { chooseNode } from '../../operations/deploy.ts'
import { visibleLine } from '../../report/clean.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

/** `conc halt NODE`: asks a run in progress, anyone's, to halt after its current step. */
export async function halt([pattern = '']: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  const { run, step = 'its current step' } = await askToHalt(deploy, node, world)
  world.out(`${node}: run ${visibleLine(run)} will halt after ${visibleLine(step)}.\n`)
  return 0
}
