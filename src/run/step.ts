import { openBundle } from '../bundle/hold.ts'
import { Kept } from '../hosts/kept.ts'
import { bundleFormat, writeHolder } from '../journal/holder.ts'
import type { Action, PlannedStep } from '../plan/types.ts'
import { LostError } from '../words/errors.ts'
import { attemptOf } from './attempt.ts'
import { runCodeStep } from './codestep.ts'
import { briefOf, commandsText, planText } from './commands.ts'
import { tellEnd } from './cut.ts'
import { keepFile, keptOutput } from './keep.ts'
import { closeLocalBundle, openLocalBundle } from './localbundle.ts'
import { runLocalStep } from './localstep.ts'
import { beginLine, endLine } from './log.ts'
import { asRecorded, passed, recordBegin, recordEnd } from './onrecord.ts'
import { openNode } from './opennode.ts'
import { type Outcome, ok } from './outcome.ts'
import { StepOutput } from './output.ts'
import { paceOf } from './pace.ts'
import { sudoOf } from './sudo.ts'
import { failed } from './thrown.ts'
import type { Passed, Run, WalkEnd } from './types.ts'

/** Whether a step is a command that the node runs by itself, after the one before it. */
export function isBatchable({ side, action }: PlannedStep): boolean {
  return side === 'remote' && (action.kind === 'command' || action.kind === 'close-bundle')
}

/**
 * Runs one step that is not in a batch: journaled before and after, told as events.
 * @param before how the step before ended: it is heard out before this one starts.
 */
export async function runStep(run: Run, step: PlannedStep, before: Promise<WalkEnd>): Promise<Passed> {
  const { n, name, side } = step
  const attempt = attemptOf(run, step)
  const opens = step.action.kind === 'open-bundle' && side === 'remote'
  const hindered = await (opens ? before : recordBegin(run, step, attempt, before))
  if (hindered.status !== 'OK') return asRecorded(hindered)
  run.emit({ event: 'step-start', n, step: name, side, attempt, command: step.command, ...briefOf(step) })
  const began = performance.now()
  if (opens) return passed({ status: 'OK', step }, opened(run, step, began))
  const kept = new Kept(keptOutput)
  const output = new StepOutput(run, step, kept.add.bind(kept))
  const outcome = await perform(run, step, output).catch(broken)
  output.end()
  const ended = { step, attempt, outcome, ms: performance.now() - began }
  const waits = step.action.kind === 'pause' && outcome.status === 'STOPPED'
  const end: WalkEnd = { ...outcome, step, ...(waits ? {} : { begun: true }) }
  return passed(end, recordEnd(run, end, ended, kept))
}

/** How a step has ended that conc or an operator's terminal broke. A cut line is another matter. */
function broken(cause: unknown): Outcome {
  if (cause instanceof LostError) throw cause
  return failed(cause)
}

/** Opens the bundle: what comes next may be sent meanwhile, as the node takes it only into an open bundle. */
async function opened(run: Run, step: PlannedStep, began: number): Promise<WalkEnd> {
  const outcome = await open(run, step)
  tellEnd(run.emit, step, outcome, performance.now() - began)
  return { ...outcome, step, begun: true }
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
      env: run.ports.env,
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
      now: ports.now,
      records: [...log.early, ...own.map((line) => log.stamped(line))],
    })
  } catch (cause) {
    if (!(cause instanceof LostError)) return failed(cause)
    return {
      status: 'ERROR',
      why: `${cause.message}; whether the bundle was opened, and what was sent behind that began, is not known here`,
    }
  }
  log.opened(link.session, 1)
  return { status: 'OK', exit: 0 }
}
