import { planJson, planLines } from '../../report/plan.ts'
import { type CommonOptions, chooseNodes, planFor, readDeploy } from '../deploy.ts'
import { warn } from '../reporting.ts'
import type { World } from '../world.ts'

/** `conc plan JOB NODE…`: every step with its exact command; opens no connection. */
export async function plan(
  [job = '', ...patterns]: readonly string[],
  options: CommonOptions,
  world: World,
): Promise<number> {
  const deploy = await readDeploy(options)
  for (const node of chooseNodes(deploy, patterns)) {
    const { plan, warnings } = planFor(deploy, job, node)
    warn(warnings, options, world)
    if (options.json) world.out(`${JSON.stringify(planJson(plan))}\n`)
    else world.out(`${planLines(plan, { color: world.color }).join('\n')}\n`)
  }
  return 0
}
