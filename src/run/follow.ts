import type { Stream } from '../agent/session.ts'
import { readBundle } from '../bundle/read.ts'
import type { StepState } from '../journal/state.ts'
import { outputText } from './events.ts'
import type { Run } from './run.ts'

/** Follows a remote step that still runs under a former agent, to its end, with its output from the start. */
export async function followStep(run: Run, state: StepState): Promise<void> {
  const step = run.plan.steps.find(({ name }) => name === state.name)
  if (step === undefined) return
  const of = { n: step.n, step: step.name, side: step.side }
  const { emit, link, ports } = run
  emit({ event: 'note', level: 'info', step: step.name, message: 'still runs on the node: following it' })
  emit({ event: 'step-start', ...of, attempt: state.attempt, command: step.command })
  const began = performance.now()
  await link.session.listen('follow', [`${state.n}-${step.name}`, String(state.attempt), '0', '0'], {
    data: (stream: Stream, bytes: Buffer) => {
      emit({ event: 'output', ...of, stream, ...outputText(bytes) })
      return ports.drained?.()
    },
  })
  const now = (await readBundle(link.session, run.plan.bundle)).steps.find(({ name }) => name === step.name)
  const ms = Math.round(performance.now() - began)
  const status = now?.status === 'UNKNOWN' || now === undefined ? 'ERROR' : now.status
  if (status === 'PENDING' || status === 'RUNNING' || status === 'SKIPPED') return
  emit({
    event: 'step-end',
    ...of,
    status,
    ms,
    ...(now?.exit === undefined ? {} : { exit: now.exit }),
    ...(now?.signal === undefined ? {} : { signal: now.signal }),
    ...(now?.status === 'UNKNOWN' ? { why: 'its end is unknown' } : {}),
  })
}
