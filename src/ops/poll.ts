import { setTimeout as sleep } from 'node:timers/promises'
import { OpFailed } from './types.ts'

/** Between two looks, in milliseconds. */
const pause = 500
/** How long one look may take. */
const patience = 5_000

export interface PollOptions {
  /** Milliseconds until it gives up. */
  readonly timeout: number
  readonly signal: AbortSignal
}

/**
 * Looks again and again until `look` gives undefined: all is well. It gets the milliseconds that it may take, and
 * otherwise gives what it saw: the message of the OpFailed that is thrown when the time is over. Throws when aborted.
 */
export async function poll(
  look: (limit: number) => Promise<string | undefined>,
  { timeout, signal }: PollOptions,
): Promise<void> {
  const end = performance.now() + timeout
  for (;;) {
    signal.throwIfAborted()
    const left = Math.ceil(end - performance.now())
    const seen = await look(Math.min(patience, Math.max(left, 1_000)))
    signal.throwIfAborted()
    if (seen === undefined) return
    const rest = end - performance.now()
    if (rest <= 0) throw new OpFailed(`${seen}, after ${timeout / 1000} s`)
    await sleep(Math.min(pause, rest), undefined, { signal })
  }
}
