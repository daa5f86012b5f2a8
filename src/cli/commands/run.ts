import type { Problem } from '../../deployfile/types.ts'
import { chooseNodes, type Deploy, planJob } from '../../operations/deploy.ts'
import { runAll } from '../../operations/fleet.ts'
import type { Plan } from '../../plan/types.ts'
import { resolveSelection, type WrittenSelection } from '../../run/selection.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, called, readDeploy } from '../deploy.ts'
import { type FleetCommandOptions, parallelOf } from '../fleet.ts'
import type { RunReporter } from '../livereporter.ts'
import { openView, report, runReporter, warn } from '../reporting.ts'
import { type SudoOptions, withSudo } from '../sudo.ts'
import type { World } from '../world.ts'

export interface RunCommandOptions extends CommonOptions, WrittenSelection, SudoOptions, FleetCommandOptions {
  readonly dryRun?: boolean
  readonly log?: string
  readonly summary?: string
  readonly plain?: boolean
}

/** `conc run JOB NODE…`: all locks first, then one node after the other, or several at a time; the first that is not OK halts all. */
export async function run(words: readonly string[], options: RunCommandOptions, world: World): Promise<number> {
  if (options.dryRun) return dryRun(words, options, world)
  if (options.step && world.operator === undefined)
    throw new UsageError('--step asks before each step, and there is no terminal to ask on.')
  const view = await openView(options, world)
  try {
    return await runPlanned(await planned(words, options), options, world, view)
  } finally {
    view?.close()
  }
}

interface Planned {
  readonly deploy: Deploy
  readonly plans: readonly Plan[]
  readonly warnings: readonly Problem[]
}

async function planned([job = '', ...patterns]: readonly string[], options: RunCommandOptions): Promise<Planned> {
  const deploy = await readDeploy(options)
  const all = chooseNodes(deploy, patterns, options.limit).map((node) => planJob(deploy, job, node))
  for (const { plan } of all) resolveSelection(options, plan)
  return { deploy, plans: all.map(({ plan }) => plan), warnings: all.flatMap(({ warnings }) => warnings) }
}

async function runPlanned(
  { deploy, plans, warnings }: Planned,
  options: RunCommandOptions,
  world: World,
  view: RunReporter | undefined,
): Promise<number> {
  warn(warnings, options, world)
  const events = runAll(deploy, plans, {
    ...selectionOf(options),
    ...parallelOf(options),
    workplace: await withSudo(called(world, options), options),
    halt: world.halt,
    stop: world.stop,
  })
  return report(events, await runReporter(options, world, view), world)
}

function selectionOf({ from, to, only, until, step }: RunCommandOptions): WrittenSelection {
  const all = { from, to, only, until, step }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** The plan, and whether the nodes are ready for it. Changes nothing. */
async function dryRun(words: readonly string[], options: RunCommandOptions, world: World): Promise<number> {
  const [{ plan }, { doctor }] = await Promise.all([import('./plan.ts'), import('./doctor.ts')])
  await planned(words, options)
  const shown = await plan(words, options, world)
  return shown === 0 ? doctor(words.slice(1), options, world) : shown
}
