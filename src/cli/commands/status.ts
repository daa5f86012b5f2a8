import { status as statusOf } from '../../operations/control.ts'
import { bundleOf, chooseNodes } from '../../operations/deploy.ts'
import { jsonLine } from '../../report/json.ts'
import { statusJson, statusLines } from '../../report/status.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

/** `conc status NODE…`: who holds the bundle, since when, which step. */
export async function status(patterns: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  for (const node of chooseNodes(deploy, patterns)) {
    const report = await statusOf(deploy, node, world)
    const about = { node, bundle: bundleOf(deploy, node), now: world.now() }
    world.out(
      options.json ? `${jsonLine(statusJson(node, report))}\n` : `${statusLines(report, about, world).join('\n')}\n`,
    )
  }
  return 0
}
