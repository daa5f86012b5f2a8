import { attributesOf, chooseNodes } from '../../operations/deploy.ts'
import { attributeLines, attributesJson } from '../../report/attributes.ts'
import { jsonLine } from '../../report/json.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import { warn } from '../reporting.ts'
import type { World } from '../world.ts'

/** `conc show [NODE…]`: evaluated attributes, each with the line that set it. */
export async function show(patterns: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  warn(deploy.warnings, options, world)
  for (const node of chooseNodes(deploy, patterns.length === 0 ? ['all'] : patterns)) {
    const attributes = attributesOf(deploy, node)
    world.out(
      options.json
        ? `${jsonLine(attributesJson(node, attributes))}\n`
        : `${attributeLines(node, attributes, world).join('\n')}\n`,
    )
  }
  return 0
}
