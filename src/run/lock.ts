import { giveUp, leave, takeOver } from '../bundle/hold.ts'
import { type BundleReport, readBundle } from '../bundle/read.ts'
import { whyForeign } from '../bundle/readable.ts'
import { oneLine } from '../journal/records.ts'
import type { Plan, PlannedStep } from '../plan/types.ts'
import { BlockedError, LostError } from '../words/errors.ts'
import { closeLink, type Link, openLink } from './link.ts'
import type { Run } from './types.ts'

/** The place of the step that takes the lock on the node, among a plan's steps from 0; -1 where there is none. */
export function lockStep({ steps }: Plan): number {
  return steps.findIndex(({ action, side }) => action.kind === 'open-bundle' && side === 'remote')
}

/** Why a step can be neither skipped nor done by hand: without it a run goes on with no lock, or keeps it. Undefined where it can. */
export function whyBound({ name, action }: PlannedStep): string | undefined {
  const isLock = action.kind === 'open-bundle' || action.kind === 'close-bundle'
  return isLock ? `${name} is about the lock itself: it is run, not skipped or done by hand` : undefined
}

/** Leaves the node, and the run on the record there, until its turn comes. */
export async function parkRun(run: Run, before: string): Promise<void> {
  const { link, log, ports } = run
  await leave(link.session, ports.who, `before ${before}: it waits for its turn`)
  log.closed()
  await closeLink(link)
}

/** Gives back the lock of a run that has begun nothing after it. Throws where that can't be done. */
export async function releaseLock(run: Run, why: string): Promise<void> {
  const { log, link, plan, ports, id } = run
  const line = `unlock ${id} ${ports.who} ${oneLine(why)}`
  try {
    if (log.open) return await giveUp(link.session, id, plan.app, line)
  } catch (cause) {
    if (!(cause instanceof LostError)) throw cause
  }
  const again = await openLink(ports.connect)
  try {
    const report = await ownReport(run, again)
    await takeOver(again.session, plan.bundle, report, { by: ports.who, own: true })
    await giveUp(again.session, id, plan.app, line)
  } finally {
    await closeLink(again)
  }
}

/** What a run's bundle says, as long as nobody else has touched it. Throws BlockedError. */
export async function ownReport({ id, plan, log }: Run, { session }: Link): Promise<BundleReport> {
  const report = await readBundle(session, plan.bundle)
  const foreign = whyForeign(report, plan.bundle, plan.node)
  if (foreign !== undefined) throw foreign
  if (report.holder?.run !== id) throw new BlockedError('somebody else has ended or given up this run meanwhile.')
  if (report.evidence.epoch !== log.epoch) throw new BlockedError('somebody else has taken this run over meanwhile.')
  return report
}
