import { reduce } from '../../../src/report/live/reduce.ts'
import { nothingYet, type ViewEvent, type ViewState } from '../../../src/report/live/state.ts'
import type { Happening, NodeEnd, Way } from '../../../src/run/events.ts'
import type { Status } from '../../../src/words/status.ts'

/** Noon, when each run begins. */
export const noon = Date.parse('2026-11-20T12:00:00.000Z')

type Told = Exclude<Happening, { event: 'output' }> | Omit<Extract<ViewEvent, { event: 'printed' }>, 'node'>

/** What is to be told of a node, each so many milliseconds after noon. */
export function of(
  node: string,
  happenings: readonly (readonly [ms: number, happening: Told])[],
): readonly ViewEvent[] {
  return happenings.map(([ms, happening]) => {
    return { ...happening, time: new Date(noon + ms).toISOString(), node, run: 'RUN' } as ViewEvent
  })
}

/** What is shown after events. */
export function after(...events: readonly (readonly ViewEvent[])[]): ViewState {
  return events.flat().reduce(reduce, nothingYet)
}

export const a = { n: 1, step: 'a', side: 'local' } as const
export const b = { n: 2, step: 'b', side: 'remote' } as const
const c = { n: 3, step: 'c', side: 'remote' } as const

export const begun: readonly [number, Told] = [
  0,
  { event: 'run-start', job: 'release', resumed: false, steps: [a, b, c] },
]

/** How a run ends. */
export function ending(status: Status, ways: readonly Way[] = [], nodes?: readonly NodeEnd[]): Told {
  const message = status === 'OK' ? 'release is done.' : `release ended ${status} at step 2, b.`
  const end = { event: 'run-end', status, exitCode: 1, ms: 5000, message, next: [], ways } as const
  return { ...end, durable: true, holding: status !== 'OK', ...(nodes && { nodes }) }
}
