/** A time limit that stands still while a person is asked. */
export interface Deadline {
  /** Waits for an answer with the clock stopped. */
  pausedFor<T>(answer: Promise<T>): Promise<T>
  stop(): void
}

/** Calls `expired` once `limit` milliseconds have passed, those of a pause not counted. */
export function startDeadline(limit: number, expired: () => void): Deadline {
  let left = limit
  let since = performance.now()
  let timer: NodeJS.Timeout | undefined = setTimeout(expired, left)
  let stopped = false
  const stop = (): void => {
    clearTimeout(timer)
    timer = undefined
    stopped = true
  }
  return {
    stop,
    async pausedFor(answer) {
      clearTimeout(timer)
      left -= performance.now() - since
      try {
        return await answer
      } finally {
        since = performance.now()
        if (!stopped) timer = setTimeout(expired, Math.max(left, 0))
      }
    },
  }
}
