import { readBundle } from '../../bundle/read.ts'
import { statusJson, statusLines } from '../../report/status.ts'
import { type CommonOptions, chooseNodes, readDeploy } from '../deploy.ts'
import { atNode } from '../link.ts'
import type { World } from '../world.ts'

/** `conc status NODE…`: who holds the bundle, since when, which step. */
export async function status(patterns: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  for (const node of chooseNodes(deploy, patterns)) {
    const { report, bundle } = await atNode(deploy, node, world, async (at) => ({
      ...at,
      report: await readBundle(at.link.session, at.bundle),
    }))
    if (options.json) world.out(`${JSON.stringify(statusJson(node, report))}\n`)
    else world.out(`${statusLines(report, { node, bundle, now: world.now() }, { color: world.color }).join('\n')}\n`)
  }
  return 0
}
