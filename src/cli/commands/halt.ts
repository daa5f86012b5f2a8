import { halt as askToHalt } from '../../operations/control.ts'
import { chooseNodes } from '../../operations/deploy.ts'
import { visibleLine } from '../../report/clean.ts'
import { exitCodes } from '../../words/status.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import { askEach, type FleetCommandOptions } from '../fleet.ts'
import type { World } from '../world.ts'

export type HaltOptions = CommonOptions & Pick<FleetCommandOptions, 'limit'>

/** `conc halt NODE…`: asks runs in progress, anyone's, to halt after their current step. */
export async function halt(patterns: readonly string[], options: HaltOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  const nodes = chooseNodes(deploy, patterns, options.limit)
  let asked = false
  const ask = (node: string, place: Parameters<typeof askToHalt>[2]) => askToHalt(deploy, node, place)
  const worst = await askEach(nodes, world, ask, ({ run, step = 'its current step' }, node) => {
    asked = true
    world.out(`${node}: run ${visibleLine(run)} will halt after ${visibleLine(step)}.\n`)
    return 0
  })
  // Where no run is there is nothing to halt, as long as there was one to ask.
  return asked && worst === exitCodes.usage.code ? 0 : worst
}
