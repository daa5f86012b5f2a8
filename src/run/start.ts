import { leave } from '../bundle/hold.ts'
import type { Plan } from '../plan/types.ts'
import { BlockedError, ConcError, LostError, messageOf, UnreachableError, UsageError } from '../words/errors.ts'
import { tellCut } from './cut.ts'
import { type Ending, runEnd } from './ending.ts'
import type { Emit, Happening, RunEvent } from './events.ts'
import { closeLink, type Link, openLink } from './link.ts'
import { closeLocalBundle } from './localbundle.ts'
import { RunLog } from './log.ts'
import { prepare } from './prepare.ts'
import { reattach } from './reattach.ts'
import { type TakeAndWalk, takeAndWalk } from './resume.ts'
import { walk } from './run.ts'
import type { Ports, Run, Selection, WalkEnd } from './types.ts'
import { Vault } from './vault.ts'

export interface StartInput {
  readonly plan: Plan
  readonly ports: Ports
  readonly onEvent: (event: RunEvent) => void
  readonly selection?: Selection
}

/**
 * Runs a plan from its start. Everything that happens is an event; the last one is `run-end`.
 * Never throws for what the node or an op did. Gives the exit code.
 */
export async function startRun(input: StartInput): Promise<number> {
  const { plan, ports } = input
  const told = new Told(input, ports.newRunId(), false)
  try {
    const run = newRun(input, told, await openLink(ports.connect))
    return await conclude(run, told, async () => {
      await prepare(run, new Set())
      return walk(run)
    })
  } catch (cause) {
    return told.end(failed(cause), { holding: false, durable: isDurable(plan) })
  }
}

export interface ResumeInput extends StartInput, TakeAndWalk {
  readonly link: Link
}

/** Goes on with the run that holds the bundle, as `startRun` does. */
export async function resumeRun(input: ResumeInput): Promise<number> {
  const told = new Told(input, input.report.holder?.run ?? '', true)
  const run = newRun(input, told, input.link)
  return conclude(run, told, () => takeAndWalk(run, input))
}

function newRun({ plan, ports, selection = {} }: StartInput, told: Told, link: Link): Run {
  const log = new RunLog(ports.now, ports.who)
  return {
    id: told.run,
    plan,
    ports,
    emit: told.emit,
    selection,
    log,
    link,
    vault: new Vault(),
    attempts: new Map(),
    durable: isDurable(plan),
  }
}

function isDurable({ attributes }: Plan): boolean {
  return attributes.get('durable')?.value !== 'no'
}

/** Walks, mends the line where it was cut, says how it ended, and leaves the node: on the record when the run stays there. */
async function conclude(started: Run, told: Told, go: () => Promise<WalkEnd>): Promise<number> {
  const { log, ports, durable } = started
  let run = started
  let end = await safely(go)
  while (end.cut !== undefined && log.open) {
    const again = await reattach(run, end, end.cut, told.steps).catch(messageOf)
    if (typeof again === 'string') end = { ...end, why: again }
    if (again === undefined || typeof again === 'string') break
    const beyondMending = again.end.cut === end.cut
    run = again.run
    end = again.end
    if (beyondMending) break
  }
  if (end.cut !== undefined) tellCut(run.emit, end.cut)
  const holding = log.open
  if (holding && end.status === 'STOPPED') {
    const why = `before ${end.step?.name ?? '-'}: ${end.why ?? ''}`
    await leave(run.link.session, ports.who, why).catch(() => {})
  }
  // Without the node's bundle nothing can be resumed: the workstation's own would only lock out the next run.
  const gone = !holding && !told.resumed && (end.status !== 'ERROR' || end.exitAs !== undefined)
  if (gone) await closeLocalBundle(ports.home, run.plan.bundle, run.id).catch(() => {})
  await closeLink(run.link)
  return told.end(end, { holding, durable })
}

async function safely(go: () => Promise<WalkEnd>): Promise<WalkEnd> {
  try {
    return await go()
  } catch (cause) {
    if (!(cause instanceof LostError)) return failed(cause)
    return { status: 'ERROR', why: cause.message, cut: { cause: cause.message } }
  }
}

/** What a thrown error means for a run. */
function failed(cause: unknown): WalkEnd {
  const why = messageOf(cause)
  if (cause instanceof BlockedError) return { status: 'BLOCKED', why }
  if (cause instanceof UnreachableError || cause instanceof UsageError)
    return { status: 'ERROR', why, exitAs: cause.exit }
  if (cause instanceof ConcError) return { status: 'ERROR', why }
  return { status: 'ERROR', why: `conc broke: ${why}` }
}

/** What a run has told so far: its events, each with time, node and run. */
class Told {
  readonly run: string
  readonly resumed: boolean
  /** The steps whose end was told. */
  readonly steps = new Set<string>()
  readonly emit: Emit
  readonly #input: StartInput
  readonly #began = performance.now()

  constructor(input: StartInput, run: string, resumed: boolean) {
    const { plan, ports, onEvent } = input
    this.run = run
    this.resumed = resumed
    this.#input = input
    this.emit = (happening: Happening) => {
      if (happening.event === 'step-end' || happening.event === 'step-done') this.steps.add(happening.step)
      onEvent({ ...happening, time: ports.now().toISOString(), node: plan.node, run })
    }
    const steps = plan.steps.map(({ n, name, side }) => ({ n, step: name, side }))
    this.emit({ event: 'run-start', job: plan.job, resumed, steps })
  }

  /** Tells how the run ended. Gives its exit code. */
  end(end: WalkEnd, { holding, durable }: Pick<Ending, 'holding' | 'durable'>): number {
    const { plan, ports } = this.#input
    const ms = Math.round(performance.now() - this.#began)
    const last = runEnd(end, { job: plan.job, node: plan.node, run: this.run, holding, durable, ms }, ports)
    this.emit(last)
    return last.exitCode
  }
}
