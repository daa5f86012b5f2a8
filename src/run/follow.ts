import { readBundle } from '../bundle/read.ts'
import type { StepState } from '../journal/state.ts'
import type { PlannedStep } from '../plan/types.ts'
import { briefOf } from './commands.ts'
import { tellEnd } from './cut.ts'
import type { Outcome } from './outcome.ts'
import { StepOutput } from './output.ts'
import type { Run } from './types.ts'

/**
 * Follows a remote step that still runs under a former agent, to its end. Its output comes from the bytes that were
 * not seen yet; only its first MiB is kept on the node.
 */
export async function followStep(run: Run, state: StepState, seen = { stdout: 0, stderr: 0 }): Promise<void> {
  const step = run.plan.steps.find(({ name }) => name === state.name)
  if (step === undefined) return
  const output = new StepOutput(run, step)
  const file = `${state.n}-${state.name}`
  const forget = tellBeyondStop(run, step)
  try {
    await run.link.session.listen('follow', [file, String(state.attempt), String(seen.stdout), String(seen.stderr)], {
      data: (stream, bytes) => output.add(stream, bytes),
    })
  } finally {
    forget()
  }
  output.end()
}

/** Only the agent that began a step can end it: who wishes that of another is told. Returns how to end that. */
function tellBeyondStop({ ports: { stop }, emit }: Run, { name }: PlannedStep): () => void {
  const message = 'it can not be ended from here, as it began on a line that is gone: it goes on to its end'
  const onStop = () => emit({ event: 'note', level: 'warning', step: name, message })
  stop?.addEventListener('abort', onStop)
  return () => stop?.removeEventListener('abort', onStop)
}

/** Follows a remote step of which nothing was heard yet, and tells it as it goes. */
export async function followFromStart(run: Run, state: StepState): Promise<void> {
  const step = run.plan.steps.find(({ name }) => name === state.name)
  if (step === undefined) return
  const { n, name, side, command } = step
  run.emit({ event: 'note', level: 'info', step: name, message: 'still runs on the node: following it' })
  const { attempt, began } = state
  run.emit({ event: 'step-start', n, step: name, side, attempt, command, ...briefOf(step), ...(began && { began }) })
  const since = performance.now()
  await followStep(run, state)
  const { steps } = await readBundle(run.link.session, run.plan.bundle)
  const now = steps.find((one) => one.name === name)
  const outcome = now && outcomeOf(now)
  if (outcome !== undefined) tellEnd(run.emit, step, outcome, tookMs(now) ?? performance.now() - since)
}

/** How long a step took by the node's clock, in milliseconds; undefined where the journal does not tell. */
export function tookMs({ began = '', ended = '' }: Partial<StepState> = {}): number | undefined {
  const ms = Date.parse(ended) - Date.parse(began)
  return ms >= 0 ? ms : undefined
}

/** How a followed step ended, as the journal tells. */
export function outcomeOf({ status, exit, signal, why }: StepState): Outcome | undefined {
  const detail = {
    ...(exit === undefined ? {} : { exit }),
    ...(signal === undefined ? {} : { signal }),
    ...(why ? { why } : {}),
  }
  if (status === 'UNKNOWN') return { status: 'ERROR', why: 'its end is unknown' }
  if (status === 'PENDING' || status === 'RUNNING' || status === 'SKIPPED') return undefined
  return { status, ...detail }
}
