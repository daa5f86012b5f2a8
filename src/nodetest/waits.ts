import { quoteAll } from '../plan/quote.ts'
import type { Question } from '../questions/types.ts'
import { plainLine } from '../transport/plain.ts'

/** To wait less than this for turns takes nothing from a test, in milliseconds. */
const short = 1_000
/** Of what a test waits for: how many are told, and the length of each. */
const most = { told: 5, text: 200 }

/** Something that a test waits for. */
interface Wait {
  readonly what: () => string
  /** By `performance.now()`. */
  since: number
  /** It has not begun on the node. */
  isQueued: boolean
  /** It is not gathered with others, which takes a moment in any case. */
  readonly isAlone: boolean
}

/** What a test waits for at a moment. */
export interface Waited {
  /** What is not over, a line each, and since when. */
  readonly lines: readonly string[]
  /** Its commands waited for their turn so long that its time was not its own. */
  readonly isCrowdedOut: boolean
}

/** What one test waits for, so that its time limit can say so. */
export class Waits {
  readonly #waits = new Set<Wait>()
  #queued = 0

  /** Notes something until it is over: what is given up is never over. */
  async during<T>(what: () => string, act: () => Promise<T>): Promise<T> {
    const wait = { what, since: performance.now(), isQueued: false, isAlone: true }
    return this.#noted(wait, act)
  }

  /** The same for what waits for its turn first. @param act calls `begins` when that has come. */
  async inTurn<T>(what: () => string, isAlone: boolean, act: (begins: () => void) => Promise<T>): Promise<T> {
    const wait = { what, since: performance.now(), isQueued: true, isAlone }
    return this.#noted(wait, () => act(() => this.#begin(wait)))
  }

  async #noted<T>(wait: Wait, act: () => Promise<T>): Promise<T> {
    this.#waits.add(wait)
    try {
      return await act()
    } finally {
      this.#waits.delete(wait)
    }
  }

  #begin(wait: Wait): void {
    // What is asked once more on its own has begun before.
    if (!wait.isQueued) return
    const now = performance.now()
    if (isHeldUp(wait)) this.#queued += now - wait.since
    wait.since = now
    wait.isQueued = false
  }

  now(): Waited {
    const all = [...this.#waits]
    const lines = all.slice(0, most.told).map((wait) => `  waiting for ${textOf(wait)}`)
    const more = all.length > most.told ? [`  and for ${all.length - most.told} more`] : []
    return { lines: [...lines, ...more], isCrowdedOut: this.#isCrowdedOut() }
  }

  #isCrowdedOut(): boolean {
    const all = [...this.#waits]
    const queued = all.filter(isHeldUp).map(({ since }) => performance.now() - since)
    const isAllQueued = queued.length > 0 && queued.length === all.length
    return isAllQueued || this.#queued + Math.max(0, ...queued) > short
  }
}

/** Too much else runs on the node. */
function isHeldUp({ since, isQueued, isAlone }: Wait): boolean {
  return isQueued && (isAlone || performance.now() - since > short)
}

function textOf(wait: Wait): string {
  const text = plainLine(wait.what(), most.text)
  const time = `for ${((performance.now() - wait.since) / 1000).toFixed(1)} s`
  return isHeldUp(wait) ? `the turn of ${text}, ${time}: too much else runs on the node` : `${text}, ${time}`
}

/** A question as a message names it: `file /etc/motd`. */
export function questionText({ name, words }: Question): string {
  return [name, quoteAll(words)].join(' ').trim()
}
