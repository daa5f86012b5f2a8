import { chooseNodes } from '../../operations/deploy.ts'
import { examine } from '../../operations/doctor.ts'
import { findingJson, findingLines } from '../../report/doctor.ts'
import { jsonLine } from '../../report/json.ts'
import { type CommonOptions, called, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

/** `conc doctor NODE…`: whether a node can be deployed to, and what mends it. Changes nothing. */
export async function doctor(patterns: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  let worst = 0
  for (const node of chooseNodes(deploy, patterns)) {
    const { findings, exitCode } = await examine(deploy, node, called(world, options))
    for (const finding of findings) {
      const lines = options.json ? [jsonLine(findingJson(node, finding))] : findingLines(node, finding, world)
      for (const line of lines) world.out(`${line}\n`)
    }
    worst = Math.max(worst, exitCode)
  }
  return worst
}
