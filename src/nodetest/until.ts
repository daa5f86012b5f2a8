import { setTimeout as sleep } from 'node:timers/promises'
import { milliseconds } from '../words/duration.ts'
import { messageOf, UnreachableError } from '../words/errors.ts'
import { currentScope, recorded } from './scope.ts'
import { Waits } from './waits.ts'

/** Texts with their units: `30s`, `500ms`, `2m`. */
export interface UntilOptions {
  /** After this the last failure counts; `10s` when absent. It is less than the test's own time. */
  readonly within?: string
  /** Between two looks; `500ms` when absent. */
  readonly every?: string
}

/**
 * Does something again and again until it does not throw, and gives what it gave. What it asks is asked anew each time.
 * Throws what it threw last, TypeError for a time without its unit. One that is not awaited still counts.
 */
export function until<T>(act: () => T | Promise<T>, options: UntilOptions = {}): Promise<T> {
  const last: Last = { looks: 0 }
  const { waits = new Waits() } = currentScope() ?? {}
  const looking = waits.during(
    () => textOf(last),
    () => lookAgain(act, options, last),
  )
  return recorded(looking, 'until')
}

interface Last {
  looks: number
  thrown?: unknown
}

function textOf({ looks, thrown }: Last): string {
  const times = `${looks} ${looks === 1 ? 'look' : 'looks'}`
  return thrown === undefined ? `until, ${times}` : `until, ${times}, the last: ${messageOf(thrown)}`
}

async function lookAgain<T>(act: () => T | Promise<T>, options: UntilOptions, last: Last): Promise<T> {
  const { within = '10s', every = '500ms' } = options
  const pause = timeOf('every', every)
  const end = performance.now() + timeOf('within', within)
  const signal = currentScope()?.signal
  for (;;) {
    last.looks += 1
    try {
      return await act()
    } catch (thrown) {
      last.thrown = thrown
      const left = end - performance.now()
      if (left <= 0 || signal?.aborted || thrown instanceof UnreachableError)
        throw withTimes(thrown, within, last.looks)
      await sleep(Math.min(pause, left), undefined, signal === undefined ? {} : { signal })
    }
  }
}

function timeOf(name: string, text: string): number {
  const time = milliseconds(text)
  if (time === undefined) throw new TypeError(`until: ${name} is "${text}". Write a time with its unit, such as 30s.`)
  return time
}

function withTimes(thrown: unknown, within: string, looks: number): unknown {
  if (thrown instanceof Error) thrown.message += ` (within ${within}, ${looks} ${looks === 1 ? 'look' : 'looks'})`
  return thrown
}
