import { exitCodes } from '../words/status.ts'
import type { Stage } from './stage.ts'

/** What the person at the terminal wishes to become of the run. */
export interface Wishes {
  /** Aborted by the first Ctrl-C. */
  readonly halt: AbortSignal
  /** Aborted by the second. */
  readonly stop: AbortSignal
  askHalt(): void
  /** Ends the step, and with it halts. */
  askStop(): void
  /** What Ctrl-C means: halt, then stop, then leave at once. */
  interrupt(): void
  /** For one who only looks on: from now on any signal means to leave, and aborts this. */
  leave(): AbortSignal
}

/** Wishes that signals and keys tell. A view that is on stage shows them; elsewhere they are said. */
export function listenToWishes(stage: Stage): Wishes {
  const halt = new AbortController()
  const stop = new AbortController()
  let leave: AbortController | undefined
  const say = (text: string) => {
    if (!stage.isShown) stage.say(`\nconc: ${text}\n`)
  }
  const wishes: Wishes = {
    halt: halt.signal,
    stop: stop.signal,
    askHalt() {
      if (halt.signal.aborted) return
      say('halting after this step. Once more ends the step itself.')
      halt.abort()
    },
    askStop() {
      halt.abort()
      if (stop.signal.aborted) return
      say('ending the step. Once more ends conc without waiting for that.')
      stop.abort()
    },
    interrupt() {
      if (!halt.signal.aborted) return wishes.askHalt()
      if (!stop.signal.aborted) return wishes.askStop()
      stage.clear()
      stage.say('\nconc: waits no longer, and does not know how the step ends: see conc status.\n')
      process.exit(exitCodes.error.code)
    },
    leave() {
      leave ??= new AbortController()
      return leave.signal
    },
  }
  const on = (signal: NodeJS.Signals, act: () => void) => {
    process.on(signal, () => (leave === undefined ? act() : leave.abort()))
  }
  on('SIGINT', wishes.interrupt)
  on('SIGTERM', wishes.interrupt)
  // Of a terminal that is closed it may come twice, from the kernel and from the shell: that is no second wish.
  on('SIGHUP', wishes.askHalt)
  return wishes
}
