import { chooseNodes, planJob } from '../../operations/deploy.ts'
import { runAll } from '../../operations/fleet.ts'
import { resolveSelection, type WrittenSelection } from '../../run/selection.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, called, readDeploy } from '../deploy.ts'
import { type FleetCommandOptions, parallelOf } from '../fleet.ts'
import { report, runReporter, warn } from '../reporting.ts'
import { type SudoOptions, withSudo } from '../sudo.ts'
import type { World } from '../world.ts'
import { doctor } from './doctor.ts'
import { plan } from './plan.ts'

export interface RunCommandOptions extends CommonOptions, WrittenSelection, SudoOptions, FleetCommandOptions {
  readonly dryRun?: boolean
  readonly log?: string
  readonly summary?: string
  readonly plain?: boolean
}

/** `conc run JOB NODE…`: all locks first, then one node after the other, or several at a time; the first that is not OK halts all. */
export async function run(
  [job = '', ...patterns]: readonly string[],
  options: RunCommandOptions,
  world: World,
): Promise<number> {
  if (options.step && !options.dryRun && world.operator === undefined)
    throw new UsageError('--step asks before each step, and there is no terminal to ask on.')
  const deploy = await readDeploy(options)
  const planned = chooseNodes(deploy, patterns, options.limit).map((node) => planJob(deploy, job, node))
  for (const { plan } of planned) resolveSelection(options, plan)
  if (options.dryRun) return dryRun(job, patterns, options, world)
  warn(
    planned.flatMap(({ warnings }) => warnings),
    options,
    world,
  )
  const events = runAll(
    deploy,
    planned.map(({ plan }) => plan),
    {
      ...selectionOf(options),
      ...parallelOf(options),
      workplace: await withSudo(called(world, options), options),
      halt: world.halt,
      stop: world.stop,
    },
  )
  return report(events, await runReporter(options, world), world)
}

function selectionOf({ from, to, only, until, step }: RunCommandOptions): WrittenSelection {
  const all = { from, to, only, until, step }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
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
