import type { ScanEvent } from '../../nodetest/changes.ts'
import type { TestEvent } from '../../ops/tests.ts'

/** Tells people or programs how tests end. */
export interface TestReporter {
  event(event: ScanEvent): void
}

/** The event of one kind. */
export type ScanEventOf<Kind extends ScanEvent['event']> = Extract<ScanEvent, { event: Kind }>
export type TestEventOf<Kind extends TestEvent['event']> = Extract<TestEvent, { event: Kind }>

/** One function for each kind of event: a kind without one does not compile. */
export type TestHandlers<Result = void> = {
  readonly [Kind in ScanEvent['event']]: (event: ScanEventOf<Kind>) => Result
}

/** Calls the handler of an event's kind. */
export function handleTest<Result>(handlers: TestHandlers<Result>, event: ScanEvent): Result {
  const handler = handlers[event.event] as (event: ScanEvent) => Result
  return handler(event)
}
