import { attributeLines, attributesJson } from '../../report/attributes.ts'
import { attributesOf, type CommonOptions, chooseNodes, readDeploy } from '../deploy.ts'
import { warn } from '../reporting.ts'
import type { World } from '../world.ts'

/** `conc show [NODE…]`: evaluated attributes, each with the line that set it. */
export async function show(patterns: readonly string[], options: CommonOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  warn(deploy.warnings, options, world)
  for (const node of chooseNodes(deploy, patterns.length === 0 ? ['all'] : patterns)) {
    const attributes = attributesOf(deploy, node)
    if (options.json) world.out(`${JSON.stringify(attributesJson(node, attributes))}\n`)
    else world.out(`${attributeLines(node, attributes, { color: world.color }).join('\n')}\n`)
  }
  return 0
}
