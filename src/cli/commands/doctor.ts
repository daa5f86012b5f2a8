import { chooseNodes } from '../../operations/deploy.ts'
import { examine } from '../../operations/doctor.ts'
import { findingJson, findingLines } from '../../report/doctor.ts'
import { jsonLine } from '../../report/json.ts'
import { type CommonOptions, called, readDeploy } from '../deploy.ts'
import { askEach, type FleetCommandOptions } from '../fleet.ts'
import { type SudoOptions, withSudo } from '../sudo.ts'
import type { World } from '../world.ts'

export type DoctorOptions = CommonOptions & SudoOptions & Pick<FleetCommandOptions, 'limit'>

/** `conc doctor NODE…`: whether a node can be deployed to, and what mends it. Changes nothing. */
export async function doctor(patterns: readonly string[], options: DoctorOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  const { conc } = called(world, options)
  const place = await withSudo(world, options)
  const nodes = chooseNodes(deploy, patterns, options.limit)
  const ask = (node: string, at: Parameters<typeof examine>[2]) => examine(deploy, node, { ...at, conc })
  return askEach(nodes, place, ask, ({ findings, exitCode }, node) => {
    for (const finding of findings) {
      const lines = options.json ? [jsonLine(findingJson(node, finding))] : findingLines(node, finding, world)
      for (const line of lines) world.out(`${line}\n`)
    }
    return exitCode
  })
}
