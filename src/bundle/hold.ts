import type { Answer, Session } from '../agent/session.ts'
import { bundleFormat, type Holder } from '../journal/holder.ts'
import { oneLine } from '../journal/records.ts'
import { zonedTime } from '../words/clock.ts'
import { BlockedError, BrokenError, UnreachableError, UsageError } from '../words/errors.ts'
import type { BundleReport } from './read.ts'
import { readBundle } from './read.ts'

/** What is written into a bundle when it is opened. */
export interface Opening {
  readonly bundle: string
  readonly durable: boolean
  readonly run: string
  readonly holder: string
  readonly plan: string
  readonly commands: string
  /** The steps' names in order: the node begins none before the one before it is settled. */
  readonly order: readonly string[]
  /** Journal lines for what was done before; each is whole, with its time. */
  readonly records: readonly string[]
  /** To tell for how long somebody else has held it, once that is known. */
  readonly now?: () => Date
}

/** Takes the lock by making the bundle. Throws BlockedError when somebody holds it, UnreachableError when the node has no room or right for it. */
export async function openBundle(session: Session, opening: Opening): Promise<void> {
  const { bundle, durable, run, holder, plan, commands, order, records, now } = opening
  const answer = await session.call(
    'open',
    bundle,
    durable ? 'yes' : 'no',
    run,
    holder,
    plan,
    commands,
    order.join(' '),
    ...records,
  )
  if (answer.words[0] === 'opened') return session.keepBeating()
  if (answer.words[0] === 'blocked') throw await blocked(session, bundle, now)
  throw new UnreachableError(
    `the bundle ${bundle} can't be made on the node: ${said(answer)} See that its disk has room and can be written. Nothing was changed.`,
  )
}

/** Says who is there. For the first moment of its life a bundle names nobody: that is waited for. */
async function blocked(session: Session, bundle: string, now: Opening['now']): Promise<BlockedError> {
  let report = await readBundle(session, bundle)
  for (let look = 0; look < 10 && report.holder === undefined && report.evidence.bundle === 'there'; look++) {
    await session.ask('sleep', '0.2')
    report = await readBundle(session, bundle)
  }
  return new BlockedError(`${describeHolder(report, bundle, now?.())} Nothing was changed on the node.`)
}

/** One sentence on who holds a bundle, and for how long where it is known what time it is. */
export function describeHolder({ holder, state, evidence }: BundleReport, bundle: string, now?: Date): string {
  if (evidence.bundle === 'foreign') return `${bundle} is no bundle of this user: look at it with ls -ld.`
  if (evidence.bundle === 'none') return `${bundle} was held until a moment ago, and is free now.`
  if (holder === undefined)
    return `${bundle} is there but names no run: it was made by hand, died while it was opened, or is being opened just now.`
  const { run, job, by, since, format } = holder
  const held = `run ${run} (job ${job}) of ${by} holds ${bundle} since ${zonedTime(since, now)}`
  return format === bundleFormat ? `${held} and is ${state}.` : `${held}, by ${writerOf(holder)}.`
}

/** What keeps others from a bundle in which something is alive, and what to do: a person in its shell, else its runner. */
export function describeOccupant({ journal }: BundleReport, otherwise: string): string {
  const last = journal.records.findLast(({ kind }) => kind === 'shell' || kind === 'take')
  return last?.kind === 'shell' && last.what === 'entered'
    ? `${last.by} is in its shell: that is to be left first.`
    : otherwise
}

/** The version of conc that opened a bundle. */
export function writerOf({ conc }: Holder): string {
  return conc === '' ? 'an unknown version of conc' : `conc ${conc}`
}

/** Who takes a run over, and how. */
export interface TakeOver {
  /** user@workstation */
  readonly by: string
  readonly durable?: boolean
  /** The run's own runner, after its line was cut: its former agent is ended where it has not noticed. */
  readonly own?: boolean
}

/**
 * Takes a run over, on the record. Of two at once one wins; a former runner starts nothing any more.
 * @param report what was seen: it is refused when the run has changed hands since.
 * @returns the epoch in which the run is now held.
 * @throws BlockedError when its runner is there.
 */
export async function takeOver(session: Session, bundle: string, report: BundleReport, how: TakeOver): Promise<number> {
  const { holder, evidence } = report
  const { by, durable = true, own = false } = how
  const run = holder?.run ?? ''
  const seen = String(evidence.epoch)
  const answer = await session.call('take', bundle, durable ? 'yes' : 'no', run, seen, by, own ? 'own' : '')
  switch (answer.words[0]) {
    case 'taken':
      session.keepBeating()
      return evidence.epoch + 1
    case 'attended':
      throw new BlockedError(
        `${describeHolder(report, bundle)} Its runner is connected. Ask it to halt: conc halt NODE.`,
      )
    case 'changed':
      throw new BlockedError(`run ${run} has changed hands since it was looked at. Look again: conc status NODE.`)
    default:
      throw new UnreachableError(`the run can't be taken over: ${said(answer)}`)
  }
}

/** Why the node lets no step begin: `early` when the one before it is not settled. */
const refusals = ['halted', 'lost', 'fenced', 'closing', 'early'] as const
export type Refusal = (typeof refusals)[number]

/** Writes journal lines. Gives why a step may not begin, if so. Throws BrokenError when the node can't write. */
export async function note(session: Session, ...lines: readonly string[]): Promise<Refusal | undefined> {
  const [word] = (await session.call('note', ...lines)).words
  if (word === 'noted') return undefined
  const refusal = refusals.find((one) => one === word)
  if (refusal !== undefined) return refusal
  throw new BrokenError("the node can't write the journal: its disk may be full")
}

/** Has the agent read anew which steps the bundle has, and which of them are settled. */
export async function relearn(session: Session): Promise<void> {
  await session.call('relearn')
}

/** Ends this hold on the run on purpose: the bundle stays, and the state is STOPPED. */
export async function leave(session: Session, by: string, why: string): Promise<void> {
  await session.call('leave', `halt ${by} ${why}`)
}

/** Archives the journal and removes the bundle that this session has taken. */
export async function giveUp(session: Session, run: string, app: string, line: string): Promise<void> {
  const answer = await session.call('give_up', run, app, line)
  if (answer.words[0] !== '0') throw new UsageError(`the bundle can't be archived: ${said(answer)}`)
}

function said(answer: Answer): string {
  const text = answer.stderr.toString('utf8').trim().replaceAll('\n', '; ')
  return text === '' ? 'the node gave no reason.' : `${text}.`
}

/** Asks the run that holds the bundle to halt after its current step. */
export async function askHalt(session: Session, bundle: string, by: string): Promise<void> {
  const { words } = await session.ask('ask_halt', bundle, by)
  if (words[0] !== '0')
    throw new UnreachableError(`the halt can't be written into ${bundle}: the node's disk may be full`)
}

/** Records that a step was done or skipped by a person. */
export async function mark(
  session: Session,
  step: { n: number; name: string },
  as: 'done' | 'skip',
  by: string,
  why: string,
): Promise<void> {
  const refusal = await note(session, `mark ${step.n} ${step.name} ${as} ${by} ${oneLine(why)}`)
  if (refusal !== undefined) throw new BlockedError(`the mark was not taken: the run is ${refusal}. Look again.`)
}

/** Records that a person went into the bundle, or came out of it. */
export async function noteShell(session: Session, what: 'entered' | 'left', by: string): Promise<void> {
  await note(session, `shell ${what} ${by}`)
}
