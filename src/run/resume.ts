import { giveUp, relearn, takeOver } from '../bundle/hold.ts'
import { type BundleReport, readBundle } from '../bundle/read.ts'
import { awaitGuards } from '../hosts/guard.ts'
import { writeText } from '../hosts/remote.ts'
import { resumption } from '../journal/resume.ts'
import { type StepState, stepStates } from '../journal/state.ts'
import { UsageError } from '../words/errors.ts'
import { commandsText, planText } from './commands.ts'
import { followFromStart, outcomeOf } from './follow.ts'
import { whyBound } from './lock.ts'
import { ok } from './outcome.ts'
import { prepare } from './prepare.ts'
import { askProbe } from './probe.ts'
import { walk } from './run.ts'
import { settle, tellWaiting, waitingFor } from './settled.ts'
import type { Run, WalkEnd } from './types.ts'

export interface TakeAndWalk {
  /** What was seen at the bundle; the take-over names it. */
  readonly report: BundleReport
  readonly retry: boolean
  /** The plan, or which of its steps are asked for, differs from what the bundle says, and that was agreed to: it replaces it. */
  readonly changed: boolean
  /** Steps whose end was told already. */
  readonly told?: ReadonlySet<string>
}

/** Takes the run over on the record, follows a step that still runs, and goes on. */
export async function takeAndWalk(
  run: Run,
  { report, retry, changed, told = new Set() }: TakeAndWalk,
): Promise<WalkEnd> {
  const { plan, ports, link, log, durable } = run
  const settled = report.steps.filter(({ status }) => status === 'OK' || status === 'SKIPPED')
  await prepare(run, new Set(settled.map(({ name }) => name)))
  log.opened(link.session, await takeOver(link.session, plan.bundle, report, { by: ports.who, durable }))
  if (changed) await keepPlan(run)
  // What a runner that was killed has left here ends first: nothing is to run beside it.
  await awaitGuards()
  return goOn(run, { retry, told })
}

export interface GoOn {
  readonly retry: boolean
  /** Steps whose end this run has told already. */
  readonly told: ReadonlySet<string>
}

/** Goes on with a run that is held, from where its journal says it is. Runs nothing twice unless `retry`. */
export async function goOn(run: Run, { retry, told }: GoOn): Promise<WalkEnd> {
  const { plan, log, emit, link } = run
  await recordNamedEnds(run)
  await relearn(link.session)
  const states = await statesOf(run)
  const pauses = new Set(plan.steps.filter(({ action }) => action.kind === 'pause').map(({ name }) => name))
  const next = resumption(states, retry, pauses)
  if (next.kind === 'follow') {
    const running = states.find(({ name }) => name === next.step)
    return followFirst(run, next.step, running, { retry, told })
  }
  const settled = await settle(run, states, pauses, told)
  if (next.kind === 'done') return release(run)
  const name = next.kind === 'ask' ? next.step.name : next.step
  const step = plan.steps.find((planned) => planned.name === name)
  if (step === undefined) throw new UsageError(`step ${name} is no longer in the plan`)
  if (next.kind === 'ask') {
    if (!told.has(name)) tellWaiting(run, next.step)
    return { ...waitingFor(next.step, whyBound(step) === undefined ? '--retry or mark it' : '--retry'), step }
  }
  if (next.retry) {
    await log.retry(step)
    emit({ event: 'note', level: 'info', step: name, message: `tried again, attempt ${next.attempt}, as asked for` })
  }
  return walk({ ...run, attempts: new Map(states.map((state) => [state.name, state.attempt + 1])) }, settled)
}

/** Hears a step that still runs under a former agent to its end, and goes on then. */
async function followFirst(run: Run, name: string, running: StepState | undefined, about: GoOn): Promise<WalkEnd> {
  const step = run.plan.steps.find((planned) => planned.name === name)
  if (running === undefined || about.told.has(name)) {
    return { status: 'ERROR', why: `${name} is still running`, ...(step && { step }) }
  }
  await followFromStart(run, running)
  return goOn(run, { ...about, told: new Set([...about.told, name]) })
}

/** An end that could not be appended on a full disk is told by a file's name, which the node does not go by: the journal gets it now. */
async function recordNamedEnds({ plan, log, link: { session } }: Run): Promise<void> {
  const { evidence, journal, steps, plan: kept } = await readBundle(session, plan.bundle)
  const byJournal = stepStates(kept?.steps ?? [], journal, { ...evidence, endedByName: [] })
  for (const [index, state] of steps.entries()) {
    const step = plan.steps.find(({ name }) => name === state.name)
    const outcome = outcomeOf(state)
    if (byJournal[index]?.status === state.status || step === undefined || outcome === undefined) continue
    await log.end(step, state.attempt, outcome)
    const file = `${state.n}-${state.name}.${state.attempt}.out`
    const named = evidence.endedByName.find((name) => name.startsWith(`${file}.`))
    const output = `${plan.bundle}/output`
    if (named !== undefined) await session.ask('mv', '--', `${output}/${named}`, `${output}/${file}`)
  }
}

/** All is done, and the bundle is there still: a disk that forgot the rename, or a close-bundle marked by hand. */
async function release({ plan, log, link, id }: Run): Promise<WalkEnd> {
  if (plan.steps.some(({ action, side }) => action.kind === 'close-bundle' && side === 'remote')) {
    await giveUp(link.session, id, plan.app, `close ${id}`)
    log.closed()
  }
  return ok
}

/** Where each step of the plan stands; one whose outcome is unknown is asked after where it has a probe. */
async function statesOf(run: Run): Promise<readonly StepState[]> {
  const read = async () => {
    const { steps } = await readBundle(run.link.session, run.plan.bundle)
    const byName = new Map(steps.map((step) => [step.name, step]))
    return run.plan.steps.map(
      ({ n, name, side }): StepState => byName.get(name) ?? { n, name, side, status: 'PENDING', attempt: 0 },
    )
  }
  const states = await read()
  const unknown = states.find(({ status, name }) => status === 'UNKNOWN' && run.plan.probes.has(name))
  if (unknown === undefined) return states
  await askProbe(run, unknown)
  return read()
}

/** Puts the plan, its commands and its release into the bundle in the place of the former ones. */
async function keepPlan(run: Run): Promise<void> {
  const { link, plan } = run
  const { bundle, steps, release } = plan
  const held = (await link.session.ask('cat', `${bundle}/holder`)).stdout.toString('utf8')
  for (const [name, text] of [
    ['plan.json', planText(run)],
    ['commands.txt', commandsText(run)],
    ['order', ` ${steps.map(({ name }) => name).join(' ')} \n`],
    ['holder', held.replace(/^release: .*$/m, () => `release: ${release}`)],
  ] as const) {
    await writeText(link.session, `${bundle}/${name}`, text)
  }
}
