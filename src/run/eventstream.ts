/** As many events as may wait for their reader before their source is held back. */
const most = 256

/** A queue that is written without waiting and read with `for await`. */
export class EventStream<T> implements AsyncIterable<T> {
  #events: T[] = []
  #wake: (() => void) | undefined
  #caughtUp: (() => void) | undefined
  #catchingUp: Promise<void> | undefined
  #ended = false
  #failure: unknown

  push(event: T): void {
    this.#events.push(event)
    this.#wake?.()
  }

  /** No more events come. A failure is thrown to the reader after the last one. */
  end(failure?: unknown): void {
    this.#ended = true
    this.#failure = failure
    this.#wake?.()
  }

  /** Resolves when the reader has caught up; undefined when it need not be waited for. */
  drained(): Promise<void> | undefined {
    if (this.#events.length < most) return undefined
    this.#catchingUp ??= new Promise((resolve) => {
      this.#caughtUp = resolve
    })
    return this.#catchingUp
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const events = this.#events
      this.#events = []
      yield* events
      if (this.#events.length > 0) continue
      this.#caughtUp?.()
      this.#caughtUp = undefined
      this.#catchingUp = undefined
      if (this.#ended) break
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    if (this.#failure !== undefined) throw this.#failure
  }
}
