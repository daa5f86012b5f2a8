import { chooseNodes, planJob } from '../../operations/deploy.ts'
import { run as runPlan } from '../../operations/run.ts'
import { resolveSelection, type WrittenSelection } from '../../run/selection.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, called, readDeploy } from '../deploy.ts'
import { report, runReporter, warn } from '../reporting.ts'
import { type SudoOptions, withSudo } from '../sudo.ts'
import type { World } from '../world.ts'
import { doctor } from './doctor.ts'
import { plan } from './plan.ts'

export interface RunCommandOptions extends CommonOptions, WrittenSelection, SudoOptions {
  readonly dryRun?: boolean
  readonly log?: string
}

/** `conc run JOB NODE…`: one node after the other; the first that is not OK ends it. */
export async function run(
  [job = '', ...patterns]: readonly string[],
  options: RunCommandOptions,
  world: World,
): Promise<number> {
  if (options.step && !options.dryRun && world.operator === undefined)
    throw new UsageError('--step asks before each step, and there is no terminal to ask on.')
  const deploy = await readDeploy(options)
  const planned = chooseNodes(deploy, patterns).map((node) => planJob(deploy, job, node))
  for (const { plan } of planned) resolveSelection(options, plan)
  if (options.dryRun) return dryRun(job, patterns, options, world)
  warn(
    planned.flatMap(({ warnings }) => warnings),
    options,
    world,
  )
  const place = await withSudo(called(world, options), options)
  const reporter = runReporter(options, world)
  for (const [index, { plan }] of planned.entries()) {
    const exitCode = await report(
      runPlan(deploy, plan, {
        ...selectionOf(options),
        workplace: place,
        halt: world.halt,
        stop: world.stop,
      }),
      reporter,
      world,
    )
    if (exitCode !== 0) {
      const rest = planned.slice(index + 1).map(({ plan: { node } }) => node)
      if (rest.length > 0) world.say(`conc: not begun: ${rest.join(', ')}.\n`)
      return exitCode
    }
  }
  return 0
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
