/** A queue that is written without waiting and read with `for await`. */
export class EventStream<T> implements AsyncIterable<T> {
  readonly #events: T[] = []
  #wake: (() => void) | undefined
  #ended = false
  #failure: unknown

  push(event: T): void {
    this.#events.push(event)
    this.#wake?.()
  }

  end(failure?: unknown): void {
    this.#ended = true
    this.#failure = failure
    this.#wake?.()
  }

  /** How many events nobody has read yet. */
  get waiting(): number {
    return this.#events.length
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      const event = this.#events.shift()
      if (event !== undefined) yield event
      else if (this.#ended) break
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    if (this.#failure !== undefined) throw this.#failure
  }
}
