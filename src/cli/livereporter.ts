import { stepLines } from '../report/lines.ts'
import type { Printed } from '../report/live/state.ts'
import type { Reporter } from '../report/reporter.ts'
import { outputBytes, type RunEvent } from '../run/events.ts'
import { LiveView } from './live.ts'
import type { LiveOptions, Seat } from './seat.ts'

/** A reporter that is told when no more events come. */
export interface RunReporter extends Reporter {
  close(): void
}

/**
 * A run as a list of steps that is redrawn in its place; what stays is the whole of it, with what to do. It has the terminal
 * from now on, and nothing stands there before a run has begun.
 */
export function liveReporter(seat: Seat, options: LiveOptions): RunReporter {
  const view = new LiveView(seat, options)
  let isOver = false
  const cutters = new Map<string, ReturnType<typeof linesOf>>()
  seat.stage.enter(view)
  return {
    event(event) {
      const { node } = event
      const lines = cutters.get(node) ?? linesOf(node, (printed) => view.event(printed))
      cutters.set(node, lines)
      lines.take(event)
      if (event.event !== 'output') view.event(event)
    },
    close() {
      if (!isOver) view.end()
      isOver = true
      cutters.clear()
    },
  }
}

/** Cuts the output of a node's steps into lines, and tells those of one event together. */
function linesOf(node: string, tell: (event: Extract<Parameters<LiveView['event']>[0], { event: 'printed' }>) => void) {
  let lines: Printed[] = []
  const cutter = stepLines((_step, stream, text) => lines.push({ stream, text }))
  const flush = (step: string) => {
    if (lines.length > 0) tell({ event: 'printed', node, step, lines })
    lines = []
  }
  return {
    take(event: RunEvent) {
      if (event.event === 'output') cutter.add(event.step, event.stream, outputBytes(event))
      else if (event.event === 'step-end') cutter.end(event.step)
      else return
      flush(event.step)
    },
  }
}
