import { chooseNodes } from '../../operations/deploy.ts'
import { PlanChangedError } from '../../operations/resume.ts'
import { resumeAll } from '../../operations/resumeall.ts'
import type { PlanDifference } from '../../plan/compare.ts'
import { differenceLines } from '../../report/difference.ts'
import { jsonLine } from '../../report/json.ts'
import { refusedEnd } from '../../run/ending.ts'
import type { WrittenSelection } from '../../run/selection.ts'
import { failed } from '../../run/thrown.ts'
import { BlockedError, UnreachableError, UsageError } from '../../words/errors.ts'
import { type CommonOptions, called, readDeploy } from '../deploy.ts'
import { type FleetCommandOptions, parallelOf } from '../fleet.ts'
import type { RunReporter } from '../livereporter.ts'
import { openView, report, runReporter } from '../reporting.ts'
import { type SudoOptions, withSudo } from '../sudo.ts'
import type { World } from '../world.ts'

export interface ResumeCommandOptions
  extends CommonOptions,
    SudoOptions,
    FleetCommandOptions,
    Pick<WrittenSelection, 'to' | 'until' | 'step'> {
  readonly retry?: boolean
  readonly yes?: boolean
  readonly log?: string
  readonly summary?: string
  readonly plain?: boolean
}

/** `conc resume NODE…`: goes on with the runs that hold the bundles. */
export async function resume(
  patterns: readonly string[],
  options: ResumeCommandOptions,
  world: World,
): Promise<number> {
  if (options.step && world.operator === undefined)
    throw new UsageError('--step asks before each step, and there is no terminal to ask on.')
  const view = await openView(options, world)
  try {
    return await resumeThem(patterns, options, world, view)
  } finally {
    view?.close()
  }
}

async function resumeThem(
  patterns: readonly string[],
  options: ResumeCommandOptions,
  world: World,
  view: RunReporter | undefined,
): Promise<number> {
  const deploy = await readDeploy(options)
  const nodes = chooseNodes(deploy, patterns, options.limit)
  const { to, until, step, retry = false } = options
  let shown = false
  const agree = async (differences: readonly PlanDifference[]) => {
    shown = true
    world.say(`The plan has changed since the run began:\n${differenceLines(differences).join('\n')}\n`)
    return options.yes === true || (await world.prompts?.confirm('Go on with the changed plan?')) === true
  }
  const events = resumeAll(deploy, nodes, {
    ...parallelOf(options),
    ...(to === undefined ? {} : { to }),
    ...(until === undefined ? {} : { until }),
    ...(step === undefined ? {} : { step }),
    retry,
    agree,
    onFree: (free) => {
      if (!options.quiet) world.say(`conc: nothing to resume on ${free.join(', ')}: no run is there.\n`)
    },
    workplace: await withSudo(called(world, options), options),
    halt: world.halt,
    stop: world.stop,
  })
  const reporter = await runReporter(options, world, view)
  try {
    return await report(events, reporter, world)
  } catch (error) {
    if (options.json) tellRefusal(error, nodes, called(world, options))
    if (error instanceof PlanChangedError && !shown) world.say(`${differenceLines(error.differences).join('\n')}\n`)
    throw error
  }
}

/** Who reads events is told as of a run that a node's state, or the way to it, kept from going on. */
function tellRefusal(error: unknown, nodes: readonly string[], { conc, now, out }: World): void {
  if (!(error instanceof BlockedError || error instanceof UnreachableError)) return
  const time = now().toISOString()
  out(`${jsonLine({ ...refusedEnd(failed(error), nodes, conc), time, node: nodes.join(','), run: '' })}\n`)
}
