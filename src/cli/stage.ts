import type { Operator } from '../run/operator.ts'

/** What stands on the terminal and is redrawn in its place, while it is shown. */
export interface Scenery {
  show(): void
  hide(): void
  /** Asks the person in its own place. */
  readonly operator: Operator
}

/** Who has the terminal: a view, and now and then a question, another terminal or talk, for which the view makes room. */
export class Stage {
  readonly #write: (text: string) => void
  #scenery: Scenery | undefined
  #aside = false
  #turns: Promise<unknown> = Promise.resolve()

  /** @param write where talk goes. */
  constructor(write: (text: string) => void) {
    this.#write = write
  }

  /** Shows something until it leaves. */
  enter(scenery: Scenery): void {
    this.#scenery = scenery
    if (!this.#aside) scenery.show()
  }

  leave(scenery: Scenery): void {
    if (!this.#aside) scenery.hide()
    if (this.#scenery === scenery) this.#scenery = undefined
  }

  /** Whether something stands there now. */
  get isShown(): boolean {
    return this.#scenery !== undefined && !this.#aside
  }

  /** Whoever asks the person in the place of what stands there. */
  get operator(): Operator | undefined {
    return this.#scenery?.operator
  }

  /** Takes away for good what stands there. */
  clear(): void {
    if (this.#scenery !== undefined) this.leave(this.#scenery)
  }

  /** Writes text above what is shown. */
  say(text: string): void {
    const shown = this.#aside ? undefined : this.#scenery
    shown?.hide()
    this.#write(text)
    shown?.show()
  }

  /** Lets one act after the other: a person is asked one thing at a time. */
  turn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turns.then(act)
    this.#turns = turn.catch(() => {})
    return turn
  }

  /** The same, with nothing else on the terminal meanwhile. */
  aside<T>(act: () => Promise<T>): Promise<T> {
    return this.turn(async () => {
      this.#scenery?.hide()
      this.#aside = true
      try {
        return await act()
      } finally {
        this.#aside = false
        this.#scenery?.show()
      }
    })
  }
}
