/** What a worker may take besides its tests, in milliseconds. */
const grace = 5_000

/** Notices when vitest is not heard any more: a test that never yields can't be ended by its time limit. */
export class Silence {
  #limit: number
  #timer: NodeJS.Timeout | undefined
  #isOver: (() => void) | undefined
  /** Resolves when it was silent for longer than a test and its hook may take. */
  readonly over = new Promise<void>((resolve) => {
    this.#isOver = resolve
  })

  /** @param longest milliseconds a test may take. */
  constructor(longest: number) {
    this.#limit = longest
  }

  /** Something was heard; `longest` when a test that may take that long has begun. */
  heard(longest = 0): void {
    this.#limit = Math.max(this.#limit, longest)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#isOver?.(), 2 * this.#limit + grace)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
