import type { Stream } from '../agent/hearing.ts'
import type { StepState } from '../journal/state.ts'
import { outputText } from './events.ts'
import type { Outcome } from './outcome.ts'
import type { Run } from './types.ts'

/**
 * Follows a remote step that still runs under a former agent, to its end. Its output comes from the bytes that were
 * not seen yet; only its first MiB is kept on the node.
 */
export async function followStep(run: Run, state: StepState, seen = { stdout: 0, stderr: 0 }): Promise<void> {
  const step = run.plan.steps.find(({ name }) => name === state.name)
  if (step === undefined) return
  const { emit, link, ports } = run
  const file = `${state.n}-${state.name}`
  await link.session.listen('follow', [file, String(state.attempt), String(seen.stdout), String(seen.stderr)], {
    data: (stream: Stream, bytes: Buffer) => {
      emit({ event: 'output', n: step.n, step: step.name, side: step.side, stream, ...outputText(bytes) })
      return ports.drained?.()
    },
  })
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
