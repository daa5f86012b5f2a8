import { type BundleReport, readBundle } from '../bundle/read.ts'
import { takenBack } from '../journal/changes.ts'
import { comparePlans, type PlanDifference } from '../plan/compare.ts'
import { toRecord } from '../plan/record.ts'
import type { Plan } from '../plan/types.ts'
import type { RunEvent } from '../run/events.ts'
import { closeLink, openLink } from '../run/link.ts'
import { whyNotResumable } from '../run/resumable.ts'
import { resumedSelection, type WrittenSelection } from '../run/selection.ts'
import { resumeRun } from '../run/start.ts'
import type { Ended } from '../run/told.ts'
import type { Ports } from '../run/types.ts'
import { UsageError } from '../words/errors.ts'
import { bundleOf, type Deploy, planJob } from './deploy.ts'
import type { Wishes } from './node.ts'
import { stream } from './run.ts'
import { runPorts } from './runports.ts'
import { type Workplace, workplace } from './workplace.ts'

export interface ResumeOptions extends Pick<WrittenSelection, 'to' | 'until' | 'step'>, Wishes {
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
  return stream(options, (onEvent, wishes, drained) =>
    resumeNode(deploy, node, { ...options, ...wishes }, { onEvent, drained }),
  )
}

/** Where a run's events go, and what it shares with those of other nodes. */
export interface Around extends Pick<Ports, 'drained'>, Partial<Pick<Ports, 'readSecret'>> {
  readonly onEvent: (event: RunEvent) => void
}

/** Goes on with the run on one node. Throws what stands in the way before anything was changed. */
export async function resumeNode(
  deploy: Deploy,
  node: string,
  options: ResumeOptions,
  { onEvent, ...shared }: Around,
): Promise<Ended> {
  const place = options.workplace ?? workplace()
  const { halt, stop, retry = false } = options
  const wishes = { ...(halt === undefined ? {} : { halt }), ...(stop === undefined ? {} : { stop }) }
  const ports = { ...runPorts(deploy, node, place, wishes), ...shared }
  const link = await openLink(ports.connect)
  try {
    const { report, plan, differences } = lookAt(
      deploy,
      node,
      place,
      await readBundle(link.session, bundleOf(deploy, node)),
    )
    const selection = resumedSelection(options, report, plan)
    await consider(differences, takenBack(differences, report.steps), node, options)
    const changed = differences.length > 0 || options.to !== undefined
    const fleet = report.plan?.nodes
    return await resumeRun({ plan, ports, link, report, selection, retry, changed, onEvent, ...(fleet && { fleet }) })
  } finally {
    await closeLink(link)
  }
}

/** What is to be resumed on a node. */
export interface Resumable {
  readonly node: string
  readonly report: BundleReport
  /** As the deploy file says it now. */
  readonly plan: Plan
  /** How that differs from the plan in the bundle. */
  readonly differences: readonly PlanDifference[]
}

/** What is to be resumed on a node whose bundle says this. Throws what stands in the way. */
export function lookAt(deploy: Deploy, node: string, { version, now }: Workplace, report: BundleReport): Resumable {
  const bundle = bundleOf(deploy, node)
  const obstacle = whyNotResumable(report, bundle, node, now())
  if (obstacle !== undefined) throw obstacle
  const kept = report.plan
  if (kept === undefined) throw new UsageError(`the bundle ${bundle} on ${node} holds no plan.`)
  const { plan } = planJob(deploy, kept.job, node, overridesOf(deploy, kept))
  return { node, report, plan, differences: comparePlans(kept, toRecord(plan, version)) }
}

/** The values that a run was begun with, and over them those that are given now. */
export function overridesOf({ overrides }: Deploy, kept: BundleReport['plan']): ReadonlyMap<string, string> {
  return new Map([...Object.entries(kept?.set ?? {}), ...overrides])
}

/** Throws PlanChangedError for a plan that may not have changed so, or is not agreed to. */
export async function consider(
  all: readonly PlanDifference[],
  refused: readonly PlanDifference[],
  where: string,
  { agree }: Pick<ResumeOptions, 'agree'>,
): Promise<void> {
  if (refused.length > 0) {
    throw new PlanChangedError(
      `the deploy file changes what is already done on ${where}: put it back, or give the run up.`,
      refused,
    )
  }
  if (all.length > 0 && !(await agree?.(all))) {
    throw new PlanChangedError('the changed plan was not agreed to: -y agrees. Nothing was changed.', all)
  }
}
