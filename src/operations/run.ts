import type { Plan } from '../plan/types.ts'
import type { RunEvent } from '../run/events.ts'
import { EventStream } from '../run/eventstream.ts'
import { resolveSelection, type WrittenSelection } from '../run/selection.ts'
import { startRun } from '../run/start.ts'
import type { Deploy } from './deploy.ts'
import type { Wishes } from './node.ts'
import { runPorts } from './runports.ts'
import { type Workplace, workplace } from './workplace.ts'

export interface RunOptions extends WrittenSelection, Wishes {
  /** This process's, with nobody to ask, when absent. */
  readonly workplace?: Workplace
}

/**
 * Runs a plan on its node. Gives all that happens; the last event is `run-end`, with status and exit code. Prints
 * nothing and never exits. Throws UsageError for a selection that names no step; what goes wrong on the way is an event.
 */
export function run(deploy: Deploy, plan: Plan, options: RunOptions = {}): AsyncIterable<RunEvent> {
  const selection = resolveSelection(options, plan)
  const place = options.workplace ?? workplace()
  return stream(options, (onEvent, wishes, drained) =>
    startRun({ plan, selection, onEvent, ports: { ...runPorts(deploy, plan.node, place, wishes), drained } }),
  )
}

type Start = (
  onEvent: (event: RunEvent) => void,
  wishes: Wishes,
  drained: () => Promise<void> | undefined,
) => Promise<unknown>

/** Starts something that tells events by a call, and gives them to be read; who stops reading halts it. */
export async function* stream({ halt, stop }: Wishes, start: Start): AsyncGenerator<RunEvent> {
  const events = new EventStream<RunEvent>()
  const unread = new AbortController()
  const halts = halt === undefined ? unread.signal : AbortSignal.any([halt, unread.signal])
  const wishes = { halt: halts, ...(stop === undefined ? {} : { stop }) }
  const over = start(
    (event) => events.push(event),
    wishes,
    () => events.drained(),
  ).then(
    () => events.end(),
    (failure: unknown) => events.end(failure),
  )
  try {
    yield* events
  } finally {
    unread.abort()
    await over
  }
}
