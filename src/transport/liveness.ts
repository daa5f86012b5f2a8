/** What a socket has moved so far, in bytes; `bytesWritten` counts those that still wait in the process. */
export interface Counters {
  readonly bytesRead: number
  readonly bytesWritten: number
  readonly writableLength: number
}

// Counted in looks, not by the clock: a process that was asleep has not listened, so it can't call the line dead.
const lookEvery = 2_000
const looksInSilence = 12

/**
 * Calls `dead` once nothing has moved for 24 s. An upload that goes on counts as life, however slowly: pings and their
 * answers wait behind it. Bytes that the system takes over prove nothing unless others wait for it. Gives a function that ends it.
 */
export function watchLiveness(socket: Counters, dead: () => void): () => void {
  let silent = 0
  let before = stateOf(socket)
  const timer = setInterval(() => {
    const now = stateOf(socket)
    const moved = now.read !== before.read || (before.waiting && now.handed !== before.handed)
    before = now
    silent = moved ? 0 : silent + 1
    if (silent < looksInSilence) return
    clearInterval(timer)
    dead()
  }, lookEvery)
  return () => clearInterval(timer)
}

function stateOf({ bytesRead, bytesWritten, writableLength }: Counters) {
  return { read: bytesRead, handed: bytesWritten - writableLength, waiting: writableLength > 0 }
}
