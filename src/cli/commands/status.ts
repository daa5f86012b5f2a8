import { status as statusOf } from '../../operations/control.ts'
import { bundleOf, chooseNodes } from '../../operations/deploy.ts'
import { jsonLine } from '../../report/json.ts'
import { statusJson, statusLines } from '../../report/status.ts'
import { type CommonOptions, called, readDeploy } from '../deploy.ts'
import { askEach, type FleetCommandOptions } from '../fleet.ts'
import type { World } from '../world.ts'

export type StatusOptions = CommonOptions & Pick<FleetCommandOptions, 'limit'>

/** `conc status NODE…`: who holds the bundle, since when, which step. */
export async function status(patterns: readonly string[], options: StatusOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  const nodes = chooseNodes(deploy, patterns, options.limit)
  const ask = (node: string, place: Parameters<typeof statusOf>[2]) => statusOf(deploy, node, place)
  return askEach(nodes, world, ask, (report, node) => {
    const about = { node, bundle: bundleOf(deploy, node), now: world.now(), conc: called(world, options).conc }
    world.out(
      options.json ? `${jsonLine(statusJson(node, report))}\n` : `${statusLines(report, about, world).join('\n')}\n`,
    )
    return 0
  })
}
