import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { Session } from '../agent/session.ts'
import { describeHolder, leave, takeOver } from '../bundle/hold.ts'
import { type BundleReport, readBundle } from '../bundle/read.ts'
import { remoteHost } from '../hosts/remote.ts'
import { resumption } from '../journal/resume.ts'
import type { StepState } from '../journal/state.ts'
import type { Plan } from '../plan/types.ts'
import { BlockedError, ConcError, LostError, messageOf, UnreachableError, UsageError } from '../words/errors.ts'
import { commandsText, planText } from './commands.ts'
import { runEnd } from './ending.ts'
import type { Emit, Happening, RunEvent } from './events.ts'
import { followStep } from './follow.ts'
import { RunLog } from './log.ts'
import { type Link, lostEnd, type Run, type WalkEnd, walk } from './run.ts'
import type { Ports, Selection } from './types.ts'

export interface StartInput {
  readonly plan: Plan
  readonly ports: Ports
  readonly onEvent: (event: RunEvent) => void
  readonly selection?: Selection
}

function stamped(onEvent: (event: RunEvent) => void, node: string, run: string, { now }: Ports): Emit {
  return (happening) => onEvent({ ...happening, time: now().toISOString(), node, run })
}

/** Logs in and starts the agent. Throws UnreachableError. */
export async function openLink(ports: Pick<Ports, 'connect'>): Promise<Link> {
  const connection = await ports.connect()
  try {
    return { connection, session: await Session.start(connection) }
  } catch (cause) {
    await connection.close()
    throw cause
  }
}

export async function closeLink({ connection, session }: Link): Promise<void> {
  await session.close()
  await connection.close()
}

/** Runs a plan from its start. Everything that happens is an event; the last one is `run-end`. Never throws for what the node or an op did. */
export async function startRun({ plan, ports, onEvent, selection = {} }: StartInput): Promise<number> {
  const id = ports.newRunId()
  const emit = stamped(onEvent, plan.node, id, ports)
  emit({
    event: 'run-start',
    job: plan.job,
    resumed: false,
    steps: plan.steps.map(({ n, name, side }) => ({ n, step: name, side })),
  })
  const began = performance.now()
  let link: Link
  try {
    link = await openLink(ports)
  } catch (cause) {
    const end = {
      job: plan.job,
      node: plan.node,
      run: id,
      holding: false,
      durable: true,
      ms: performance.now() - began,
    }
    return finish(failed(cause), end, ports, emit)
  }
  const log = new RunLog(ports.now, ports.who)
  const run: Run = { id, plan, ports, emit, selection, log, link, attempts: new Map(), durable: isDurable(plan) }
  return conclude(run, () => walk(run), began)
}

export interface ResumeInput extends StartInput {
  readonly link: Link
  /** What was seen at the bundle; the take-over names it. */
  readonly report: BundleReport
  readonly retry: boolean
  /** The plan differs from the one in the bundle, and that was agreed to: it replaces it. */
  readonly changed: boolean
}

/**
 * Goes on with the run that holds the bundle. Takes it over on the record, follows a step that still runs, and
 * runs nothing twice unless `retry`.
 */
export async function resumeRun(input: ResumeInput): Promise<number> {
  const { plan, ports, onEvent, link, report, selection = {} } = input
  const id = report.holder?.run ?? ''
  const emit = stamped(onEvent, plan.node, id, ports)
  emit({
    event: 'run-start',
    job: plan.job,
    resumed: true,
    steps: plan.steps.map(({ n, name, side }) => ({ n, step: name, side })),
  })
  const began = performance.now()
  const attempts = new Map<string, number>()
  const log = new RunLog(ports.now, ports.who)
  const run: Run = { id, plan, ports, emit, selection, log, link, attempts, durable: isDurable(plan) }
  return conclude(run, () => takeAndWalk(run, attempts, input), began)
}

async function takeAndWalk(
  run: Run,
  attempts: Map<string, number>,
  { report, retry, changed }: ResumeInput,
): Promise<WalkEnd> {
  const { plan, ports, link, log, emit } = run
  await takeOver(link.session, plan.bundle, report, ports.who)
  log.opened(link.session)
  if (changed) await keepPlan(run)
  const running = report.steps.find(({ status }) => status === 'RUNNING')
  if (running !== undefined) await followStep(run, running)
  const { steps } = await readBundle(link.session, plan.bundle)
  const byName = new Map(steps.map((step) => [step.name, step]))
  const now = plan.steps.map(
    ({ n, name, side }): StepState => byName.get(name) ?? { n, name, side, status: 'PENDING', attempt: 0 },
  )
  const pauses = new Set(plan.steps.filter(({ action }) => action.kind === 'pause').map(({ name }) => name))
  const next = resumption(now, retry, pauses)
  const settled = await settle(run, now, pauses)
  if (next.kind === 'done') return { status: 'OK' }
  if (next.kind === 'follow') return { status: 'ERROR', why: 'the step is still running', begun: true }
  const name = next.kind === 'ask' ? next.step.name : next.step
  const step = plan.steps.find((planned) => planned.name === name)
  if (step === undefined) throw new UsageError(`step ${name} is no longer in the plan`)
  if (next.kind === 'ask') return { ...waitingFor(next.step), step }
  for (const state of now) attempts.set(state.name, state.attempt + 1)
  if (next.retry) {
    await log.retry(step)
    emit({ event: 'note', level: 'info', step: name, message: `tried again, attempt ${next.attempt}, as asked for` })
  }
  return walk(run, settled)
}

/** Puts the plan and its commands into the bundle in the place of the former ones. */
async function keepPlan(run: Run): Promise<void> {
  const host = remoteHost(run.link.session)
  for (const [name, text] of [
    ['plan.json', planText(run)],
    ['commands.txt', commandsText(run)],
  ] as const) {
    const bytes = Buffer.from(text)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    await host.write(`${run.plan.bundle}/${name}`, Readable.from([bytes]), { size: bytes.length, sha256, mode: 0o600 })
  }
}

/** Tells what is done already. A pause that was stopped at is passed by resuming. */
async function settle(
  run: Run,
  states: readonly StepState[],
  pauses: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const settled = new Set<string>()
  for (const state of states) {
    const step = run.plan.steps.find(({ name }) => name === state.name)
    if (step === undefined) continue
    const passed = state.status === 'STOPPED' && pauses.has(state.name)
    if (passed) await run.log.end(step, state.attempt, { status: 'OK', why: `resumed by ${run.ports.who}` })
    else if (state.status !== 'OK' && state.status !== 'SKIPPED') break
    settled.add(state.name)
    run.emit({ event: 'step-done', n: step.n, step: step.name, side: step.side, byHand: state.byHand === true })
  }
  return settled
}

/** A step that needs a word keeps the status it ended with; one that is unknown is ERROR. */
function waitingFor({ status, name }: StepState): WalkEnd {
  if (status === 'UNKNOWN') {
    return {
      status: 'ERROR',
      why: `${name} began and its end is unknown: look at the node, then --retry or mark it`,
      begun: true,
    }
  }
  if (status === 'FAILED' || status === 'TIMED OUT' || status === 'STOPPED') {
    return { status, why: `${name} ended ${status} and nobody has said what to do: --retry or mark it`, begun: true }
  }
  return { status: 'ERROR', why: `${name} ended ${status}: --retry or mark it`, begun: true }
}

function isDurable({ attributes }: Plan): boolean {
  return attributes.get('durable')?.value !== 'no'
}

/** Walks, says how it ended, and leaves the node: on the record when the run stays there. */
async function conclude(run: Run, go: () => Promise<WalkEnd>, began: number): Promise<number> {
  const { plan, ports, link, log } = run
  let end: WalkEnd
  try {
    end = await go()
  } catch (cause) {
    end = cause instanceof LostError ? lostEnd(cause) : failed(cause)
  }
  const holding = log.open
  if (holding && end.status === 'STOPPED') {
    await leave(link.session, ports.who, `before ${end.step?.name ?? '-'}: ${end.why ?? ''}`).catch(() => {})
  }
  await closeLink(link)
  const ms = Math.round(performance.now() - began)
  return finish(
    end,
    { job: plan.job, node: plan.node, run: run.id, holding, durable: run.durable, ms },
    ports,
    run.emit,
  )
}

function finish(end: WalkEnd, about: Parameters<typeof runEnd>[1], ports: Ports, emit: Emit): number {
  const last: Happening = runEnd(end, about, ports)
  emit(last)
  return last.event === 'run-end' ? last.exitCode : 7
}

/** What a thrown error means for a run. */
function failed(cause: unknown): WalkEnd {
  const why = messageOf(cause)
  if (cause instanceof BlockedError) return { status: 'BLOCKED', why }
  if (cause instanceof UnreachableError) return { status: 'ERROR', why, unreachable: true }
  if (cause instanceof ConcError) return { status: 'ERROR', why }
  return { status: 'ERROR', why: `conc broke: ${why}` }
}

/** Why a bundle can't be resumed as it is; undefined when it can. */
export function whyNotResumable(report: BundleReport, bundle: string, node: string): ConcError | undefined {
  if (report.evidence.bundle === 'none') return new UsageError(`nothing to resume on ${node}: no run holds ${bundle}.`)
  if (report.evidence.bundle === 'foreign' || report.holder === undefined)
    return new BlockedError(describeHolder(report, bundle))
  if (report.evidence.attended) {
    return new BlockedError(`${describeHolder(report, bundle)} Its runner is connected; to stop it: conc halt ${node}.`)
  }
  if (report.plan === undefined || report.holder.format !== '1') {
    return new UsageError(
      `the bundle ${bundle} on ${node} was written by conc ${report.holder.conc}, which this version can't read. Use that version.`,
    )
  }
  return undefined
}
