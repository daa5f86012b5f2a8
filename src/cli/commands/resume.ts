import { chooseNode } from '../../operations/deploy.ts'
import { PlanChangedError, resume as resumeNode } from '../../operations/resume.ts'
import type { PlanDifference } from '../../plan/compare.ts'
import { differenceLines } from '../../report/difference.ts'
import type { WrittenSelection } from '../../run/selection.ts'
import { UsageError } from '../../words/errors.ts'
import { type CommonOptions, called, readDeploy } from '../deploy.ts'
import { report, runReporter } from '../reporting.ts'
import { type SudoOptions, withSudo } from '../sudo.ts'
import type { World } from '../world.ts'

export interface ResumeCommandOptions extends CommonOptions, SudoOptions, Pick<WrittenSelection, 'until' | 'step'> {
  readonly retry?: boolean
  readonly yes?: boolean
  readonly log?: string
}

/** `conc resume NODE`: goes on with the run that holds the bundle. */
export async function resume(
  [pattern = '']: readonly string[],
  options: ResumeCommandOptions,
  world: World,
): Promise<number> {
  if (options.step && world.operator === undefined)
    throw new UsageError('--step asks before each step, and there is no terminal to ask on.')
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  const { until, step, retry = false } = options
  let shown = false
  const agree = async (differences: readonly PlanDifference[]) => {
    shown = true
    world.say(`The plan has changed since the run began:\n${differenceLines(differences).join('\n')}\n`)
    return options.yes === true || (await world.prompts?.confirm('Go on with the changed plan?')) === true
  }
  const events = resumeNode(deploy, node, {
    ...(until === undefined ? {} : { until }),
    ...(step === undefined ? {} : { step }),
    retry,
    agree,
    workplace: await withSudo(called(world, options), options),
    halt: world.halt,
    stop: world.stop,
  })
  const reporter = runReporter(options, world)
  try {
    return await report(events, reporter, world)
  } catch (error) {
    if (error instanceof PlanChangedError && !shown) world.say(`${differenceLines(error.differences).join('\n')}\n`)
    throw error
  }
}
