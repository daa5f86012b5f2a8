/** Questions whose answer waits for something beyond the node: others that are asked with them would wait too. */
export const slow = new Set(['addresses', 'connect', 'http', 'inventory', 'ping', 'tls'])
/** Commands and slow questions on a node at once, one less than it has sessions: fewer where the server lets in less. */
const abreast = 5

/** How something takes its turn. */
export interface InTurn {
  /** Aborted when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined
  /** Called when its turn has come: it begins on the node. */
  readonly onBegin?: (() => void) | undefined
}

/** Things that may take long, one after another where they are too many. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #free = abreast

  /** Does it when its turn comes. Throws what it throws; the signal's reason when nobody waited for it that long. */
  async take<T>(act: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    await this.#next()
    try {
      signal?.throwIfAborted()
      return await act()
    } finally {
      this.#give()
    }
  }

  async #next(): Promise<void> {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve))
    this.#free -= 1
  }

  #give(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
