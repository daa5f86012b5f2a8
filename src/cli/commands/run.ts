import { resolveSelection, type WrittenSelection } from '../../run/selection.ts'
import { startRun } from '../../run/start.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, chooseNodes, planFor, readDeploy } from '../deploy.ts'
import { runPorts } from '../link.ts'
import { runReporter, warn } from '../reporting.ts'
import type { World } from '../world.ts'
import { doctor } from './doctor.ts'
import { plan } from './plan.ts'

export interface RunCommandOptions extends CommonOptions, WrittenSelection {
  readonly dryRun?: boolean
  readonly log?: string
}

/** `conc run JOB NODE…`: one node after the other; the first that is not OK ends it. */
export async function run(
  [job = '', ...patterns]: readonly string[],
  options: RunCommandOptions,
  world: World,
): Promise<number> {
  if (options.dryRun) return dryRun(job, patterns, options, world)
  if (options.step && world.operator === undefined)
    throw new UsageError('--step asks before each step, and there is no terminal to ask on.')
  const deploy = await readDeploy(options)
  const plans = chooseNodes(deploy, patterns).map((node) => ({ node, ...planFor(deploy, job, node) }))
  const runs = plans.map((one) => ({ ...one, selection: resolveSelection(options, one.plan) }))
  warn(plans[0]?.warnings ?? [], options, world)
  const reporter = runReporter(options, world)
  for (const { node, plan, selection } of runs) {
    const ports = runPorts(deploy, node, options, world)
    const exitCode = await startRun({ plan, ports, selection, onEvent: (event) => reporter.event(event) })
    if (exitCode !== 0) return exitCode
  }
  return 0
}

/** The plan, and whether the nodes are ready for it. Changes nothing. */
async function dryRun(
  job: string,
  patterns: readonly string[],
  options: RunCommandOptions,
  world: World,
): Promise<number> {
  const planned = await plan([job, ...patterns], options, world)
  return planned === 0 ? doctor(patterns, options, world) : planned
}
