import type { PlannedStep } from '../plan/types.ts'
import { runBatch } from './batch.ts'
import { whyHalted } from './halt.ts'
import { whyBound } from './lock.ts'
import { ok } from './outcome.ts'
import { selects } from './selection.ts'
import { offersShell, runShell } from './shell.ts'
import { isBatchable, runStep } from './step.ts'
import { thrown } from './thrown.ts'
import type { Run, WalkEnd } from './types.ts'

/**
 * Carries out the steps, in order, each only after OK: the plan's, or those at its beginning that are given. Those that are `settled` are left alone.
 * Prints nothing, ends nothing but steps, and throws nothing.
 */
export async function walk(
  run: Run,
  settled: ReadonlySet<string> = new Set(),
  steps: readonly PlannedStep[] = run.plan.steps,
): Promise<WalkEnd> {
  let asks = run.selection.step === true
  let index = 0
  let before = Promise.resolve<WalkEnd>(ok)
  for (let step = steps[index]; step !== undefined; step = steps[index]) {
    try {
      const turn = settled.has(step.name) ? passed : await decide(run, step, asks, before)
      if (turn.kind === 'stop') return turn.end
      if (turn.kind === 'pass') {
        index += 1
        continue
      }
      asks = turn.asks
      const batch = batchFrom(run, steps.slice(index), settled, asks)
      const { end, recorded } = batch.length > 0 ? await runBatch(run, batch, before) : await runStep(run, step, before)
      if (end.status !== 'OK') return end
      before = recorded
      index += Math.max(1, batch.length)
    } catch (cause) {
      return { ...thrown(cause), step }
    }
  }
  return before
}

/** What is to become of a step: the walk stops before it, passes it, or runs it. */
type Turn =
  | { readonly kind: 'stop'; readonly end: WalkEnd }
  | { readonly kind: 'pass' }
  /** `asks`: whether the steps after it are asked about too. */
  | { readonly kind: 'run'; readonly asks: boolean }

const passed: Turn = { kind: 'pass' }

/** What is done instead of the step waits until the one before it is on the record; the step itself may be sent behind it. */
async function decide(run: Run, step: PlannedStep, asks: boolean, before: Promise<WalkEnd>): Promise<Turn> {
  if (!asks && haltsBefore(run, step) === undefined && selects(run.selection, step)) return { kind: 'run', asks }
  const end = await before
  if (end.status !== 'OK') return { kind: 'stop', end }
  const halted = haltsBefore(run, step)
  if (halted !== undefined) return { kind: 'stop', end: { status: 'STOPPED', why: halted, step } }
  if (!selects(run.selection, step)) {
    await run.log.skip(step, 'not selected')
    tellSkip(run, step, 'not selected', false)
    return passed
  }
  return asks ? askBefore(run, step) : { kind: 'run', asks }
}

async function askBefore(run: Run, step: PlannedStep): Promise<Turn> {
  const bound = whyBound(step)
  const about = { node: run.plan.node, shell: offersShell(run), ...(bound === undefined ? {} : { bound }) }
  const answer = await run.ports.operator?.before(step, about)
  if (bound !== undefined && (answer?.kind === 'skip' || answer?.kind === 'done')) {
    return { kind: 'stop', end: { status: 'STOPPED', why: bound, step } }
  }
  switch (answer?.kind) {
    case 'run':
      return { kind: 'run', asks: true }
    case 'rest':
      return { kind: 'run', asks: false }
    case 'shell':
      await runShell(run)
      return askBefore(run, step)
    case 'skip':
      await run.log.mark(step, 'skip', answer.why)
      tellSkip(run, step, answer.why, true)
      return passed
    case 'done':
      await run.log.mark(step, 'done', answer.why)
      run.emit({ event: 'step-done', n: step.n, step: step.name, side: step.side, byHand: true })
      return passed
    default:
      return { kind: 'stop', end: { status: 'STOPPED', why: 'halted by the operator', step } }
  }
}

function tellSkip(run: Run, { n, name, side }: PlannedStep, why: string, byHand: boolean): void {
  run.emit({ event: 'step-skip', n, step: name, side, why, byHand })
}

function haltsBefore({ ports, selection }: Run, step: PlannedStep): string | undefined {
  const why = whyHalted(ports)
  if (why !== undefined) return why
  return selection.until === step.n ? `halted before ${step.name}, as --until says` : undefined
}

/** The consecutive remote commands ahead that can go out in one write. */
function batchFrom(
  run: Run,
  ahead: readonly PlannedStep[],
  settled: ReadonlySet<string>,
  stepping: boolean,
): PlannedStep[] {
  const batch: PlannedStep[] = []
  for (const step of ahead) {
    const fits = isBatchable(step) && selects(run.selection, step) && !settled.has(step.name)
    // What a step with secrets printed is kept by the workstation, before the next one begins.
    const confidential = step.options.secrets !== undefined
    if (!fits || (batch.length > 0 && (stepping || confidential || run.selection.until === step.n))) break
    batch.push(step)
    if (confidential) break
  }
  return batch
}
