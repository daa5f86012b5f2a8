import { readBundle } from '../../bundle/read.ts'
import { takenBack } from '../../journal/changes.ts'
import { comparePlans } from '../../plan/compare.ts'
import { toRecord } from '../../plan/record.ts'
import { differenceLines } from '../../report/difference.ts'
import { resolveSelection, type WrittenSelection } from '../../run/selection.ts'
import { closeLink, openLink, resumeRun, whyNotResumable } from '../../run/start.ts'
import { UsageError } from '../../words/errors.ts'
import { attributesOf, type CommonOptions, chooseNode, planFor, readDeploy } from '../deploy.ts'
import { runPorts } from '../link.ts'
import { runReporter } from '../reporting.ts'
import type { World } from '../world.ts'

export interface ResumeOptions extends CommonOptions, Pick<WrittenSelection, 'until' | 'step'> {
  readonly retry?: boolean
  readonly yes?: boolean
  readonly log?: string
}

/** `conc resume NODE`: goes on with the run that holds the bundle. */
export async function resume([pattern = '']: readonly string[], options: ResumeOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  const bundle = attributesOf(deploy, node).get('bundle')?.value ?? ''
  const ports = runPorts(deploy, node, options, world)
  const link = await openLink(ports)
  try {
    const report = await readBundle(link.session, bundle)
    const obstacle = whyNotResumable(report, bundle, node)
    if (obstacle !== undefined) throw obstacle
    const kept = report.plan
    if (kept === undefined) throw new UsageError(`the bundle ${bundle} on ${node} holds no plan.`)
    const overrides = new Map([...Object.entries(kept.set ?? {}), ...deploy.overrides])
    const { plan } = planFor(deploy, kept.job, node, overrides)
    const differences = comparePlans(kept, toRecord(plan, world.version))
    const finished = takenBack(differences, report.steps)
    if (finished.length > 0) {
      throw new UsageError(
        `the deploy file changes what is already done on ${node}; put it back, or give the run up.\n${differenceLines(finished).join('\n')}`,
      )
    }
    if (differences.length > 0) {
      world.say(
        `The plan has changed since run ${report.holder?.run} began:\n${differenceLines(differences).join('\n')}\n`,
      )
      const agreed = options.yes || (await world.prompts?.confirm('Go on with the changed plan?'))
      if (!agreed) throw new UsageError('the changed plan was not agreed to: -y agrees. Nothing was changed.')
    }
    const selection = resolveSelection(
      { ...(options.until === undefined ? {} : { until: options.until }), ...(options.step ? { step: true } : {}) },
      plan,
    )
    const reporter = runReporter(options, world)
    return await resumeRun({
      plan,
      ports,
      link,
      report,
      selection,
      retry: options.retry === true,
      changed: differences.length > 0,
      onEvent: (event) => reporter.event(event),
    })
  } finally {
    await closeLink(link)
  }
}
