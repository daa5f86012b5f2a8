import { chooseNodes } from '../../operations/deploy.ts'
import { examine } from '../../operations/doctor.ts'
import { visible } from '../../report/clean.ts'
import { jsonLine } from '../../report/json.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { World } from '../world.ts'

/** `conc doctor NODE…`: whether a node can be deployed to. Changes nothing. */
export async function doctor(patterns: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  let worst = 0
  for (const node of chooseNodes(deploy, patterns)) {
    const { findings, exitCode } = await examine(deploy, node, world)
    for (const { check, ok, text } of findings) {
      if (options.json) world.out(`${jsonLine({ node, check, ok, text })}\n`)
      else world.out(`${node}  ${ok ? 'ok  ' : 'FAIL'}  ${check.padEnd(8)}  ${visible(text)}\n`)
    }
    worst = Math.max(worst, exitCode)
  }
  return worst
}
