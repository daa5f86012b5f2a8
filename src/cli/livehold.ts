import { type Key, listenToKeys } from './keys.ts'
import type { Seat } from './seat.ts'

/** Told what happens at a terminal while it is held. */
export interface Holder {
  press(key: Key): void
  /** Time passes: as often as a view is drawn at most. */
  beat(): void
  /** The terminal has another size. */
  resize(): void
  /** The person wishes the run to end. */
  wish(): void
  /** The process is to be stopped: the terminal is left first. */
  stop(): void
  /** Who was stopped by force finds the terminal changed. */
  goOn(): void
}

/** In milliseconds. */
const pause = 100

/** Takes a terminal: keys are heard as they are pressed, and not shown. Gives how to leave it: it is then as it was. */
export function holdTerminal({ stdin, screen, wishes }: Seat, holder: Holder): () => void {
  const { press, beat, resize, wish, stop, goOn } = holder
  const deaf = listenToKeys(stdin, press)
  const timer = setInterval(beat, pause)
  screen.on('resize', resize)
  process.on('SIGTSTP', stop).on('SIGCONT', goOn)
  for (const signal of [wishes.halt, wishes.stop]) signal.addEventListener('abort', wish)
  return () => {
    clearInterval(timer)
    deaf()
    screen.off('resize', resize)
    process.off('SIGTSTP', stop).off('SIGCONT', goOn)
    for (const signal of [wishes.halt, wishes.stop]) signal.removeEventListener('abort', wish)
  }
}
