import { rate, size } from './amounts.ts'
import type { EventOf } from './reporter.ts'

/** Says how far a transfer is, seldom enough for a log. */
export interface ProgressMeter {
  start(event: EventOf<'step-start'>): void
  /** The line for a progress event; nothing when the last one is fresh enough. */
  line(event: EventOf<'progress'>): string | undefined
  end(event: EventOf<'step-end'>): void
}

interface Told {
  readonly began: number
  readonly done: number
  readonly at: number
}

const share = 0.1
const pause = 2000

/** A line for every tenth of a transfer, every two seconds, and its end. Takes the time from the events. */
export function progressMeter(): ProgressMeter {
  const steps = new Map<string, Told>()
  return {
    start({ step, time }) {
      const began = Date.parse(time)
      steps.set(step, { began, done: 0, at: began })
    },
    line(event) {
      const { step, done, total } = event
      const at = Date.parse(event.time)
      const told = steps.get(step) ?? { began: at, done: 0, at }
      const isFinal = done >= total && told.done < total
      const isFresh = done - told.done < share * total && at - told.at < pause
      steps.set(step, isFresh && !isFinal ? told : { ...told, done, at })
      return done > told.done && (isFinal || !isFresh) ? progressText(done, total, at - told.began) : undefined
    },
    end: ({ step }) => void steps.delete(step),
  }
}

/** `12.0 MB of 34.5 MB, 35 %, 8.1 MB/s`, after some milliseconds. */
export function progressText(done: number, total: number, ms: number): string {
  const percent = total > 0 ? [`${Math.floor((done / total) * 100)} %`] : []
  return [`${size(done)} of ${size(total)}`, ...percent, rate(done, ms)].filter((part) => part !== undefined).join(', ')
}
