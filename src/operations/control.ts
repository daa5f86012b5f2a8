import {
  askHalt,
  describeHolder,
  describeOccupant,
  giveUp,
  leave,
  takeOver,
  mark as writeMark,
} from '../bundle/hold.ts'
import { type BundleReport, readBundle } from '../bundle/read.ts'
import { isTakenByHand, isWhole, whyForeign, whyUnclear } from '../bundle/readable.ts'
import { oneLine } from '../journal/records.ts'
import type { StepState } from '../journal/state.ts'
import { closeLocalBundle } from '../run/localbundle.ts'
import { whyNotResumable } from '../run/resumable.ts'
import { positionOf } from '../run/selection.ts'
import { BlockedError, UsageError } from '../words/errors.ts'
import type { Deploy } from './deploy.ts'
import { atNode } from './node.ts'
import type { Workplace } from './workplace.ts'

/** What a node's bundle says. Throws UnreachableError; UsageError where this version can't read it. */
export function status(deploy: Deploy, node: string, place: Workplace): Promise<BundleReport> {
  return atNode(deploy, node, place, async ({ link: { session }, bundle }) => {
    let report = await readBundle(session, bundle)
    // One that is just being closed has a holder for a moment longer than a plan and a journal.
    if (!isWhole(report)) report = await readBundle(session, bundle)
    const isUnclear = !isWhole(report) && !isTakenByHand(report)
    const obstacle = whyForeign(report, bundle, node) ?? (isUnclear && whyUnclear(report, bundle, node))
    if (obstacle) throw obstacle
    return report
  })
}

/** Asks a run in progress to halt after its current step, which is given if one is running. Throws UsageError when none is in progress. */
export function halt(deploy: Deploy, node: string, place: Workplace): Promise<{ run: string; step?: string }> {
  return atNode(deploy, node, place, async ({ link, bundle }) => {
    const report = await readBundle(link.session, bundle)
    const { state, steps, holder } = report
    if (state === 'FREE') throw new UsageError(`no run on ${node} to halt.`)
    const foreign = whyForeign(report, bundle, node)
    if (foreign !== undefined) throw foreign
    if (state !== 'RUNNING')
      throw new UsageError(`nothing to halt on ${node}: ${describeHolder(report, bundle, place.now())}`)
    await askHalt(link.session, bundle, place.who)
    const step = steps.find((one) => one.status === 'RUNNING')?.name
    return { run: holder?.run ?? '', ...(step === undefined ? {} : { step }) }
  })
}

export interface Mark {
  /** A step's name or position. */
  readonly step: string
  readonly as: 'done' | 'skip'
  readonly why: string
}

/** Records that a step was done by hand or is skipped on purpose. Throws UsageError for a step that is settled or running. */
export function mark(
  deploy: Deploy,
  node: string,
  { step: word, as, why }: Mark,
  place: Workplace,
): Promise<StepState> {
  return atNode(deploy, node, place, async ({ link: { session }, bundle }) => {
    const report = await readBundle(session, bundle)
    const obstacle = whyNotResumable(report, bundle, node, place.now())
    if (obstacle !== undefined) throw obstacle
    const step = stepOf(report, word)
    const op = report.plan?.steps.find(({ name }) => name === step.name)?.op
    if (op === 'close-bundle' || op === 'open-bundle') {
      throw new UsageError(
        `${step.name} is about the lock itself: conc resume ${node} runs it, conc unlock ${node} gives it up.`,
      )
    }
    if (step.status === 'OK' || step.status === 'SKIPPED')
      throw new UsageError(`${step.name} is ${step.status} already: nothing to mark.`)
    if (step.status === 'RUNNING')
      throw new UsageError(`${step.name} still runs on ${node}: conc resume ${node} follows it.`)
    await takeOver(session, bundle, report, { by: place.who })
    await writeMark(session, step, as, place.who, why)
    await leave(session, place.who, `after marking ${step.name}`)
    return step
  })
}

function stepOf({ plan, steps }: BundleReport, word: string): StepState {
  const position = positionOf(word, plan ?? { job: '-', steps: [] })
  const step = steps.find(({ n }) => n === position)
  if (step === undefined) throw new UsageError(`there is no step ${word}.`)
  return step
}

/** What a bundle that names no run is given up by. */
const nameless = 'unnamed'

/** Gives up the run with this id: archives its journal, removes the bundle. Gives the archive's path. Throws UsageError for another id, BlockedError while something of it is alive. */
export function unlock(
  deploy: Deploy,
  node: string,
  { id, why }: { id: string; why: string },
  place: Workplace,
): Promise<string> {
  return atNode(deploy, node, place, async ({ link: { session }, bundle }) => {
    const report = await readBundle(session, bundle)
    const { evidence, holder } = report
    if (evidence.bundle === 'none') throw new UsageError(`nothing to unlock on ${node}: no run holds ${bundle}.`)
    if (evidence.bundle === 'foreign') throw new BlockedError(describeHolder(report, bundle))
    const foreign = whyForeign(report, bundle, node)
    if (foreign !== undefined) throw foreign
    const held = holder?.run ?? nameless
    if (held !== id)
      throw new UsageError(`run ${held} holds ${bundle} on ${node}, not ${id}. Look again: conc status ${node}.`)
    if (evidence.alive) {
      const otherwise = `Something of it is alive: conc halt ${node}.`
      throw new BlockedError(`${describeHolder(report, bundle, place.now())} ${describeOccupant(report, otherwise)}`)
    }
    await takeOver(session, bundle, report, { by: place.who })
    const app = holder?.app ?? nameless
    const run = holder?.run ?? `${nameless}-${place.newRunId()}`
    await giveUp(session, run, app, `unlock ${run} ${place.who} ${oneLine(why)}`)
    await closeLocalBundle(place.home, bundle, run).catch(() => {})
    return `.conc/history/${app}/${run}`
  })
}
