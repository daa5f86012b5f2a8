import type { Kept } from '../hosts/kept.ts'
import type { PlannedStep } from '../plan/types.ts'
import { LostError, messageOf } from '../words/errors.ts'
import { type Ended, tellCut, tellEnd } from './cut.ts'
import { whyHalted } from './halt.ts'
import { keepOutput } from './keep.ts'
import { ok } from './outcome.ts'
import { notBegun } from './refusal.ts'
import type { Passed, Run, WalkEnd } from './types.ts'

/** A step whose end is on the record. */
export function asRecorded(end: WalkEnd): Passed {
  return { end, recorded: Promise.resolve(end) }
}

/** A step that is OK may be followed while its record is under way; one that is not ends the walk, as the record tells. */
export async function passed(end: WalkEnd, recorded: Promise<WalkEnd>): Promise<Passed> {
  if (end.status !== 'OK') return asRecorded(await recorded)
  recorded.catch(() => {})
  return { end, recorded }
}

/**
 * Writes that a step begins, right behind the record of the one before. Not OK is why it may not begin.
 * @param before how the step before ended.
 */
export async function recordBegin(
  run: Run,
  step: PlannedStep,
  attempt: number,
  before: Promise<WalkEnd>,
): Promise<WalkEnd> {
  // Until the bundle is open the log keeps its lines, to go in with it.
  if (!run.log.open && (await before).status !== 'OK') return before
  const begun = writeBegin(run, step, attempt)
  begun.catch(() => {})
  const end = await before
  if (end.status === 'OK') return unlessHalted(run, step, attempt, await begun)
  return end.cut === undefined ? end : { ...end, cut: { ...end.cut, notBegun: { step, attempt } } }
}

/** A halt that came while the begin was under way comes before the step. */
async function unlessHalted(run: Run, step: PlannedStep, attempt: number, begun: WalkEnd): Promise<WalkEnd> {
  const why = whyHalted(run.ports)
  if (begun.status !== 'OK' || why === undefined) return begun
  try {
    await run.log.void(step, attempt)
    return { status: 'STOPPED', why, step }
  } catch (cause) {
    return cutBefore(step, attempt, cause)
  }
}

async function writeBegin(run: Run, step: PlannedStep, attempt: number): Promise<WalkEnd> {
  try {
    const refusal = await run.log.begin(step, attempt)
    return refusal === undefined ? ok : notBegun(refusal, step)
  } catch (cause) {
    return cutBefore(step, attempt, cause)
  }
}

/** The line was cut before the step began, though its begin may stand in the journal. */
function cutBefore(step: PlannedStep, attempt: number, cause: unknown): WalkEnd {
  if (!(cause instanceof LostError)) throw cause
  return { status: 'ERROR', why: cause.message, step, cut: { cause: cause.message, notBegun: { step, attempt } } }
}

/** Writes what a step printed and how it ended, in one go, and then tells its end. Gives how it ended on the record. */
export async function recordEnd(run: Run, end: WalkEnd, ended: Ended, kept: Kept): Promise<WalkEnd> {
  const { step, attempt, outcome, ms } = ended
  try {
    await Promise.all([keepOutput(run, step, attempt, kept), run.log.end(step, attempt, outcome)])
  } catch (cause) {
    return unrecorded(run, end, ended, cause)
  }
  tellEnd(run.emit, step, outcome, ms)
  return end
}

/** What can't be recorded as done is not reported as done. A cut line may be mended, and then it is. */
function unrecorded(run: Run, end: WalkEnd, ended: Ended, cause: unknown): WalkEnd {
  const cut = { cause: messageOf(cause), ended }
  if (cause instanceof LostError) return { ...end, status: 'ERROR', why: cut.cause, cut }
  tellCut(run.emit, cut)
  return { ...end, status: 'ERROR', why: cut.cause }
}
