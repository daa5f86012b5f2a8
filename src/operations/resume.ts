import { readBundle } from '../bundle/read.ts'
import { takenBack } from '../journal/changes.ts'
import { comparePlans, type PlanDifference } from '../plan/compare.ts'
import { toRecord } from '../plan/record.ts'
import type { RunEvent } from '../run/events.ts'
import { closeLink, openLink } from '../run/link.ts'
import { whyNotResumable } from '../run/resume.ts'
import { resolveSelection, type WrittenSelection } from '../run/selection.ts'
import { resumeRun } from '../run/start.ts'
import { UsageError } from '../words/errors.ts'
import { bundleOf, type Deploy, planJob } from './deploy.ts'
import { portsOf, type Wishes } from './node.ts'
import { stream } from './run.ts'
import { type Workplace, workplace } from './workplace.ts'

export interface ResumeOptions extends Pick<WrittenSelection, 'until' | 'step'>, Wishes {
  readonly workplace?: Workplace
  /** Runs the step again that failed or whose outcome is unknown. */
  readonly retry?: boolean
  /** Asked when the plan differs from the one in the bundle in steps that have not run; true goes on with the new one. */
  readonly agree?: (differences: readonly PlanDifference[]) => Promise<boolean>
}

/** Raised when the deploy file changes what a run has already done, or when a changed plan was not agreed to. */
export class PlanChangedError extends UsageError {
  readonly differences: readonly PlanDifference[]

  constructor(message: string, differences: readonly PlanDifference[]) {
    super(message)
    this.differences = differences
  }
}

/**
 * Goes on with the run that holds a node's bundle, from any workstation. Gives what happens, as `run` does.
 * Throws UsageError when there is nothing to resume, BlockedError while its runner is there, PlanChangedError.
 */
export function resume(deploy: Deploy, node: string, options: ResumeOptions = {}): AsyncIterable<RunEvent> {
  return stream(options, (onEvent, wishes, drained) => goOn(deploy, node, { ...options, ...wishes }, onEvent, drained))
}

async function goOn(
  deploy: Deploy,
  node: string,
  options: ResumeOptions,
  onEvent: (event: RunEvent) => void,
  drained: () => Promise<void> | undefined,
): Promise<number> {
  const place = options.workplace ?? workplace()
  const { halt, stop, retry = false } = options
  const wishes = { ...(halt === undefined ? {} : { halt }), ...(stop === undefined ? {} : { stop }) }
  const ports = { ...portsOf(deploy, node, place, wishes), drained }
  const bundle = bundleOf(deploy, node)
  const link = await openLink(ports.connect)
  try {
    const report = await readBundle(link.session, bundle)
    const obstacle = whyNotResumable(report, bundle, node)
    if (obstacle !== undefined) throw obstacle
    const { plan: kept, steps } = report
    if (kept === undefined) throw new UsageError(`the bundle ${bundle} on ${node} holds no plan.`)
    const overrides = new Map([...Object.entries(kept.set ?? {}), ...deploy.overrides])
    const { plan } = planJob(deploy, kept.job, node, overrides)
    const differences = comparePlans(kept, toRecord(plan, place.version))
    await consider(differences, takenBack(differences, steps), node, options)
    const selection = resolveSelection(options, plan)
    return await resumeRun({ plan, ports, link, report, selection, retry, changed: differences.length > 0, onEvent })
  } finally {
    await closeLink(link)
  }
}

async function consider(
  all: readonly PlanDifference[],
  refused: readonly PlanDifference[],
  node: string,
  { agree }: ResumeOptions,
): Promise<void> {
  if (refused.length > 0) {
    throw new PlanChangedError(
      `the deploy file changes what is already done on ${node}: put it back, or give the run up.`,
      refused,
    )
  }
  if (all.length > 0 && !(await agree?.(all))) {
    throw new PlanChangedError('the changed plan was not agreed to: -y agrees. Nothing was changed.', all)
  }
}
