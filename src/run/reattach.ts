import { setTimeout as sleep } from 'node:timers/promises'
import { describeHolder, takeOver } from '../bundle/hold.ts'
import { type BundleReport, readBundle } from '../bundle/read.ts'
import { parseJournal } from '../journal/records.ts'
import { type StepState, stepStates } from '../journal/state.ts'
import { LostError, messageOf, UnreachableError } from '../words/errors.ts'
import { type Cut, tellEnd } from './cut.ts'
import { followStep, outcomeOf, tookMs } from './follow.ts'
import { closeLink, type Link, openLink } from './link.ts'
import { goOn } from './resume.ts'
import { tellSettled } from './settled.ts'
import type { Run, WalkEnd } from './types.ts'

/** Waits between the tries, in milliseconds: half a minute in all. */
const waits = [500, 1_000, 2_000, 4_000, 8_000, 15_000]

/** A run on a new line, and how its walk went on there. */
export interface Reattached {
  readonly run: Run
  readonly end: WalkEnd
}

/**
 * Logs in anew after the line was cut, and goes on where the run is: what was in flight is followed to its end on the
 * node, what ended here is recorded. Undefined when the node can't be reached in time.
 */
export async function reattach(
  run: Run,
  end: WalkEnd,
  cut: Cut,
  told: ReadonlySet<string>,
): Promise<Reattached | undefined> {
  const link = await newLink(run, cut)
  if (link === undefined) return undefined
  const again = { ...run, link }
  try {
    return { run: again, end: await goOnAfter(again, end, cut, told) }
  } catch (cause) {
    if (!(cause instanceof LostError)) return { run: again, end: { ...end, why: messageOf(cause), cut } }
    return { run: again, end: { ...end, cut: { ...cut, cause: cause.message } } }
  }
}

async function newLink(run: Run, { cause }: Cut): Promise<Link | undefined> {
  const { ports, emit, plan } = run
  await closeLink(run.link)
  for (const wait of waits.slice(0, Number(plan.attributes.get('reattach')?.value ?? waits.length))) {
    if (ports.halt?.aborted || ports.stop?.aborted) return undefined
    emit({ event: 'note', level: 'warning', message: `${cause}; trying to re-attach in ${wait / 1000} s` })
    await sleep(wait, undefined, ports.halt === undefined ? {} : { signal: ports.halt }).catch(() => {})
    try {
      return await openLink(ports.connect)
    } catch (failure) {
      if (!(failure instanceof UnreachableError) && !(failure instanceof LostError)) throw failure
    }
  }
  return undefined
}

async function goOnAfter(run: Run, end: WalkEnd, cut: Cut, told: ReadonlySet<string>): Promise<WalkEnd> {
  const { link, plan, log, ports, emit, durable } = run
  const report = await readBundle(link.session, plan.bundle)
  if (report.holder?.run !== run.id) return closedMeanwhile(run, end, cut, { report, told })
  if (report.evidence.epoch !== log.epoch) {
    return { ...end, why: `somebody else has taken the run over: ${describeHolder(report, plan.bundle)}`, cut }
  }
  run.vault.handTo(link.session)
  log.opened(link.session, await takeOver(link.session, plan.bundle, report, { by: ports.who, durable, own: true }))
  emit({ event: 'note', level: 'info', message: 're-attached' })
  const settled = await settleCut(run, cut)
  if (settled !== undefined && settled.status !== 'OK') return settled
  return goOn(run, { retry: false, told })
}

/** Brings the step that the cut left open to its end. Gives that end; undefined when there was none. */
async function settleCut(run: Run, cut: Cut): Promise<WalkEnd | undefined> {
  const { log, emit, link, plan } = run
  const { ended, inFlight, notBegun } = cut
  // Until the run was taken the former agent may have heard, and done, what was under way.
  const { steps: found } = await readBundle(link.session, plan.bundle)
  const begun = found.find(({ name }) => name === notBegun?.step.name)
  if (notBegun !== undefined && begun?.attempt === notBegun.attempt) await log.void(notBegun.step, notBegun.attempt)
  if (ended !== undefined) {
    const { step, attempt, outcome, ms } = ended
    await log.end(step, attempt, outcome)
    tellEnd(emit, step, outcome, ms)
    if (outcome.status !== 'OK') return { ...outcome, step, begun: true }
  }
  if (inFlight === undefined) return undefined
  const { step, seen, began } = inFlight
  const before = found.find(({ name }) => name === step.name)
  if (before === undefined) return undefined
  await followStep(run, before, seen)
  const { steps } = await readBundle(link.session, plan.bundle)
  const now = steps.find(({ name }) => name === step.name)
  const outcome = now && outcomeOf(now)
  if (outcome === undefined) return undefined
  tellEnd(emit, step, outcome, tookMs(now) ?? performance.now() - began)
  return { ...outcome, step, begun: true }
}

/** The bundle is not ours any more: was it our own close-bundle whose answer was lost? */
async function closedMeanwhile(
  run: Run,
  end: WalkEnd,
  cut: Cut,
  { report, told }: { readonly report: BundleReport; readonly told: ReadonlySet<string> },
): Promise<WalkEnd> {
  const { link, plan, log } = run
  const { stdout } = await link.session.ask('cat', `.conc/history/${plan.app}/${run.id}/journal`)
  const journal = parseJournal(stdout.toString('utf8'))
  const last = journal.records.findLast((record) => record.kind === 'end')
  const step = plan.steps.find(({ action, side }) => action.kind === 'close-bundle' && side === 'remote')
  if (step === undefined || last?.kind !== 'end' || last.step !== step.name || last.status !== 'OK') {
    return { ...end, why: `the run no longer holds its bundle: ${describeHolder(report, plan.bundle)}`, cut }
  }
  log.closed()
  tellUnheard(run, cut, stepStates(plan.steps, journal, report.evidence), told)
  return { status: 'OK' }
}

/** Tells what ended while nothing was heard of it. */
function tellUnheard(
  run: Run,
  { ended, inFlight }: Cut,
  states: readonly StepState[],
  told: ReadonlySet<string>,
): void {
  if (ended !== undefined) tellEnd(run.emit, ended.step, ended.outcome, ended.ms)
  for (const [index, state] of states.entries()) {
    const step = run.plan.steps[index]
    const outcome = outcomeOf(state)
    if (step === undefined || told.has(step.name)) continue
    if (outcome === undefined || step.name !== inFlight?.step.name) tellSettled(run, step, state)
    else tellEnd(run.emit, step, outcome, tookMs(state) ?? performance.now() - inFlight.began)
  }
}
