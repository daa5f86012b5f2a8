import type { PlannedStep } from '../plan/types.ts'
import { runBatch } from './batch.ts'
import { ok } from './outcome.ts'
import { selects } from './selection.ts'
import { isBatchable, runStep } from './step.ts'
import type { Run, WalkEnd } from './types.ts'

/**
 * Carries out the steps, in order, each only after OK. Those that are `settled` are left alone.
 * Prints nothing and ends nothing but steps.
 */
export async function walk(run: Run, settled: ReadonlySet<string> = new Set()): Promise<WalkEnd> {
  const { steps } = run.plan
  let stepping = run.selection.step === true
  for (let index = 0; index < steps.length; ) {
    const step = steps[index]
    if (step === undefined) break
    if (settled.has(step.name)) {
      index += 1
      continue
    }
    const halted = haltsBefore(run, step)
    if (halted !== undefined) return { status: 'STOPPED', why: halted, step }
    if (!selects(run.selection, step)) {
      await skip(run, step, 'not selected', false)
      index += 1
      continue
    }
    if (stepping) {
      const answer = (await run.ports.operator?.before(step)) ?? { kind: 'halt' as const }
      if (answer.kind === 'halt') return { status: 'STOPPED', why: 'halted by the operator', step }
      if (answer.kind === 'rest') stepping = false
      if (answer.kind === 'skip' || answer.kind === 'done') {
        await byHand(run, step, answer.kind, answer.why)
        index += 1
        continue
      }
    }
    const batch = batchFrom(run, index, settled, stepping)
    const end = batch.length > 0 ? await runBatch(run, batch) : await runStep(run, step)
    if (end.status !== 'OK') return end
    index += Math.max(1, batch.length)
  }
  return ok
}

function haltsBefore({ ports, selection }: Run, step: PlannedStep): string | undefined {
  if (ports.stop?.aborted || ports.halt?.aborted) return 'halted by the operator'
  return selection.until === step.n ? `halted before ${step.name}, as --until says` : undefined
}

/** The consecutive remote commands that can go out in one write. */
function batchFrom(run: Run, index: number, settled: ReadonlySet<string>, stepping: boolean): PlannedStep[] {
  const batch: PlannedStep[] = []
  for (const step of run.plan.steps.slice(index)) {
    const fits = isBatchable(step) && selects(run.selection, step) && !settled.has(step.name)
    if (!fits || (batch.length > 0 && (stepping || run.selection.until === step.n))) break
    batch.push(step)
  }
  return batch
}

async function skip(run: Run, step: PlannedStep, why: string, hand: boolean): Promise<void> {
  if (!hand) await run.log.skip(step, why)
  const { n, name, side } = step
  run.emit({ event: 'step-skip', n, step: name, side, why, byHand: hand })
}

async function byHand(run: Run, step: PlannedStep, as: 'done' | 'skip', why: string): Promise<void> {
  await run.log.mark(step, as, why)
  if (as === 'skip') return skip(run, step, why, true)
  run.emit({ event: 'step-done', n: step.n, step: step.name, side: step.side, byHand: true })
}
