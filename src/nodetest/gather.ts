/** How long it waits for one more, and how long in all, in milliseconds: tests that start together ask within this time. */
const quiet = 4
const longest = 25
/** A lot goes before the former is back only when that takes longer, in milliseconds: something in it may hang. */
const overdue = 400
/** Lots that are on their way at once. */
const mostLots = 3

/** Gathers what comes within the same moment into one lot. While a lot is on its way, the next one grows. */
export class Gatherer<T> {
  readonly #take: (lot: readonly T[]) => Promise<void>
  #items: T[] = []
  #since = 0
  #timer: NodeJS.Timeout | undefined
  #lots = 0
  #sent = 0

  /** @param take deals with a lot; it must not fail. */
  constructor(take: (lot: readonly T[]) => Promise<void>) {
    this.#take = take
  }

  add(item: T): void {
    if (this.#items.length === 0) this.#since = performance.now()
    this.#items.push(item)
    this.#wait()
  }

  #wait(): void {
    clearTimeout(this.#timer)
    const left = this.#since + longest - performance.now()
    this.#timer = setTimeout(() => this.#send(), Math.max(0, Math.min(quiet, left)))
  }

  #send(): void {
    if (this.#lots === mostLots || this.#items.length === 0) return
    const wait = this.#lots === 0 ? 0 : this.#sent + overdue - performance.now()
    clearTimeout(this.#timer)
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#send(), wait)
      return
    }
    const lot = this.#items
    this.#items = []
    this.#lots += 1
    this.#sent = performance.now()
    void this.#take(lot).finally(() => {
      this.#lots -= 1
      this.#send()
    })
  }
}
