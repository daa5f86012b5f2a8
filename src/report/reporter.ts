import type { RunEvent } from '../run/events.ts'

/** Tells people or programs what happens in a run. */
export interface Reporter {
  event(event: RunEvent): void
}

/** The event of one kind. */
export type EventOf<Kind extends RunEvent['event']> = Extract<RunEvent, { event: Kind }>

/** One function for each kind of event: a kind without one does not compile. */
export type Handlers<Result = void> = { readonly [Kind in RunEvent['event']]: (event: EventOf<Kind>) => Result }

/** Calls the handler of an event's kind. */
export function handle<Result>(handlers: Handlers<Result>, event: RunEvent): Result {
  const handler = handlers[event.event] as (event: RunEvent) => Result
  return handler(event)
}
