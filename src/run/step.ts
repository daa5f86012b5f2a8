import { openBundle } from '../bundle/hold.ts'
import { Kept } from '../hosts/kept.ts'
import { bundleFormat, writeHolder } from '../journal/holder.ts'
import type { Action, PlannedStep } from '../plan/types.ts'
import { BlockedError, LostError, messageOf, UnreachableError } from '../words/errors.ts'
import { attemptOf, notBegun } from './batch.ts'
import { runCodeStep } from './codestep.ts'
import { briefOf, commandsText, planText } from './commands.ts'
import { type Ended, tellCut, tellEnd } from './cut.ts'
import { keepFile, keepOutput, keptOutput } from './keep.ts'
import { closeLocalBundle, openLocalBundle } from './localbundle.ts'
import { runLocalStep } from './localstep.ts'
import { beginLine, endLine } from './log.ts'
import { openNode } from './opennode.ts'
import { type Outcome, ok } from './outcome.ts'
import { StepOutput } from './output.ts'
import { paceOf } from './pace.ts'
import { sudoOf } from './sudo.ts'
import type { Run, WalkEnd } from './types.ts'

/** Whether a step is a command that the node runs by itself, after the one before it. */
export function isBatchable({ side, action }: PlannedStep): boolean {
  return side === 'remote' && (action.kind === 'command' || action.kind === 'close-bundle')
}

/** Runs one step that is not in a batch: journaled before and after, told as events. */
export async function runStep(run: Run, step: PlannedStep): Promise<WalkEnd> {
  const { n, name, side } = step
  const attempt = attemptOf(run, step)
  const opens = step.action.kind === 'open-bundle' && side === 'remote'
  const refusal = opens ? undefined : await recordBegin(run, step, attempt)
  if (refusal !== undefined) return refusal
  run.emit({ event: 'step-start', n, step: name, side, attempt, command: step.command, ...briefOf(step) })
  const began = performance.now()
  const kept = new Kept(keptOutput)
  const output = new StepOutput(run, step, kept.add.bind(kept))
  const outcome = await perform(run, step, output)
  output.end()
  const ms = performance.now() - began
  const waits = step.action.kind === 'pause' && outcome.status === 'STOPPED'
  const end: WalkEnd = { ...outcome, step, ...(waits ? {} : { begun: true }) }
  if (!opens) {
    try {
      await keepOutput(run, step, attempt, kept)
      await run.log.end(step, attempt, outcome)
    } catch (cause) {
      return unrecorded(run, end, { step, attempt, outcome, ms }, cause)
    }
  }
  tellEnd(run.emit, step, outcome, ms)
  return end
}

/** Writes that a step begins. Gives why it may not, if so. */
async function recordBegin(run: Run, step: PlannedStep, attempt: number): Promise<WalkEnd | undefined> {
  try {
    const refusal = await run.log.begin(step, attempt)
    return refusal === undefined ? undefined : notBegun(refusal, step)
  } catch (cause) {
    if (!(cause instanceof LostError)) throw cause
    const cut = { cause: cause.message, notBegun: { step, attempt } }
    return { status: 'ERROR', why: cut.cause, step, cut }
  }
}

/** What can't be recorded as done is not reported as done. A cut line may be mended, and then it is. */
function unrecorded(run: Run, end: WalkEnd, ended: Ended, cause: unknown): WalkEnd {
  const cut = { cause: messageOf(cause), ended }
  if (cause instanceof LostError) return { ...end, status: 'ERROR', why: cut.cause, cut }
  tellCut(run.emit, cut)
  return { ...end, status: 'ERROR', why: cut.cause }
}

async function perform(run: Run, step: PlannedStep, output: StepOutput): Promise<Outcome> {
  const { action, side } = step
  const print = output.add.bind(output)
  switch (action.kind) {
    case 'open-bundle':
      return side === 'remote' ? open(run, step) : openLocalBundle(run.ports.home, run.plan.bundle, holderText(run))
    case 'close-bundle':
      return closeLocalBundle(run.ports.home, run.plan.bundle, run.id)
    case 'pause':
      return pause(run, step, action.message)
    case 'command':
      return runLocalStep(run, step, action.command, print)
    case 'code':
      return performCode(run, step, action, print)
  }
}

async function performCode(
  run: Run,
  step: PlannedStep,
  { op, context }: Extract<Action, { kind: 'code' }>,
  print: StepOutput['add'],
): Promise<Outcome> {
  const pace = paceOf()
  const node = openNode(run.link, sudoOf(run, step.name))
  try {
    return await runCodeStep(op, context, {
      remote: node.host,
      folder: run.plan.folder,
      stop: run.ports.stop,
      timeout: step.options.timeout,
      log: (text) => void print('stdout', Buffer.from(text.endsWith('\n') ? text : `${text}\n`)),
      progress: (progress) =>
        run.emit({ event: 'progress', n: step.n, step: step.name, side: step.side, ...pace(progress) }),
      keep: (name, text) => keepFile(run, step, attemptOf(run, step), name, text),
      secrets: () => run.vault.all(),
      testing: run.ports.tests,
    })
  } catch (cause) {
    if (!(cause instanceof LostError)) throw cause
    return { status: 'ERROR', why: cause.message }
  } finally {
    await node.close()
  }
}

async function pause(run: Run, step: PlannedStep, message: string): Promise<Outcome> {
  const goOn = await run.ports.operator?.pause(step, message)
  if (goOn === true) return ok
  return { status: 'STOPPED', why: message === '' ? 'paused' : message }
}

function holderText({ id, plan, ports }: Run): string {
  const { job, node, app, release } = plan
  const since = ports.now().toISOString()
  return writeHolder({
    run: id,
    job,
    node,
    app,
    release,
    by: ports.who,
    since,
    conc: ports.version,
    format: bundleFormat,
  })
}

/** Opens the bundle on the node; what was done before goes into its journal with it. */
async function open(run: Run, step: PlannedStep): Promise<Outcome> {
  const { plan, log, ports, link } = run
  const attempt = attemptOf(run, step)
  const own = [beginLine(step, attempt, ports.who), endLine(step, attempt, { status: 'OK', exit: 0 })]
  try {
    await openBundle(link.session, {
      bundle: plan.bundle,
      durable: run.durable,
      run: run.id,
      holder: holderText(run),
      plan: planText(run),
      commands: commandsText(run),
      order: plan.steps.map(({ name }) => name),
      now: ports.now(),
      records: [...log.early, ...own.map((line) => log.stamped(line))],
    })
  } catch (cause) {
    if (cause instanceof BlockedError) return { status: 'BLOCKED', why: cause.message }
    if (cause instanceof UnreachableError) return { status: 'ERROR', why: cause.message, exitAs: cause.exit }
    if (cause instanceof LostError) {
      return { status: 'ERROR', why: `${cause.message}; whether the bundle was opened is not known here` }
    }
    throw cause
  }
  log.opened(link.session, 1)
  return { status: 'OK', exit: 0 }
}
