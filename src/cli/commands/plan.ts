import { chooseNodes, planJob } from '../../operations/deploy.ts'
import { jsonLine } from '../../report/json.ts'
import { planJson, planLines } from '../../report/plan.ts'
import { type CommonOptions, readDeploy } from '../deploy.ts'
import type { FleetCommandOptions } from '../fleet.ts'
import { warn } from '../reporting.ts'
import type { World } from '../world.ts'

/** `conc plan JOB NODE…`: every step with its exact command; opens no connection. */
export async function plan(
  [job = '', ...patterns]: readonly string[],
  options: CommonOptions & Pick<FleetCommandOptions, 'limit'>,
  world: World,
): Promise<number> {
  const deploy = await readDeploy(options)
  const planned = chooseNodes(deploy, patterns, options.limit).map((node) => planJob(deploy, job, node))
  warn(
    planned.flatMap(({ warnings }) => warnings),
    options,
    world,
  )
  for (const { plan } of planned) {
    world.out(
      options.json
        ? `${jsonLine(planJson(plan))}\n`
        : `${planLines(plan, { ...world, whole: options.verbose ?? false }).join('\n')}\n`,
    )
    await world.drained()
  }
  return 0
}
