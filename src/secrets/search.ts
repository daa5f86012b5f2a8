/** Bytes to be found, at least two, and what to put in their place. */
export interface Pattern {
  readonly bytes: Buffer
  readonly label: Buffer
}

/** A pattern and where it begins. Without a pattern there is none before `at`, and one could begin there with bytes to come. */
export interface Found {
  readonly at: number
  readonly pattern?: Pattern
}

/** A shift is one byte of the table. */
const widest = 255

/**
 * Looks for many patterns at once, mostly without looking at each byte: Wu and Manber, A Fast Algorithm for Multi-Pattern
 * Searching, 1994. Two bytes at the end of a window say how far the window may go on; it is as wide as the shortest pattern.
 */
export class Search {
  readonly #window: number
  readonly #shifts: Uint8Array
  /** The longest first, by the two bytes at the end of the window. */
  readonly #byBlock: ReadonlyMap<number, readonly Pattern[]>
  readonly #byFirst: ReadonlyMap<number, readonly Pattern[]>

  constructor(patterns: readonly Pattern[]) {
    const longestFirst = patterns.toSorted((a, b) => b.bytes.length - a.bytes.length)
    const window = Math.min(widest, ...patterns.map(({ bytes }) => bytes.length))
    this.#window = window
    this.#shifts = new Uint8Array(0x10000).fill(window - 1)
    for (const { bytes } of patterns) {
      for (let at = 0; at + 2 <= window; at++) {
        const block = bytes.readUInt16BE(at)
        this.#shifts[block] = Math.min(this.#shifts[block] ?? 0, window - 2 - at)
      }
    }
    this.#byBlock = grouped(longestFirst, ({ bytes }) => bytes.readUInt16BE(window - 2))
    this.#byFirst = grouped(longestFirst, ({ bytes }) => bytes[0] ?? 0)
  }

  /** The earliest pattern from `from` on, and of several there the longest. `last` says that no bytes are to come. */
  find(text: Buffer, from: number, last: boolean): Found {
    const window = this.#window
    const shifts = this.#shifts
    const end = text.length - window
    let at = from
    while (at <= end) {
      const block = ((text[at + window - 2] ?? 0) << 8) | (text[at + window - 1] ?? 0)
      const shift = shifts[block] ?? 1
      const found = shift === 0 ? longestAt(text, at, this.#byBlock.get(block), last) : undefined
      if (found) return found
      at += shift || 1
    }
    return last ? { at: text.length } : this.#beginning(text, at)
  }

  /** From where on the text could be the beginning of a pattern, when it is shorter than any. */
  #beginning(text: Buffer, from: number): Found {
    for (let at = from; at < text.length; at++) {
      const found = longestAt(text, at, this.#byFirst.get(text[at] ?? 0), false)
      if (found) return found
    }
    return { at: text.length }
  }
}

function grouped(patterns: readonly Pattern[], keyOf: (pattern: Pattern) => number): ReadonlyMap<number, Pattern[]> {
  const groups = new Map<number, Pattern[]>()
  for (const pattern of patterns) {
    const group = groups.get(keyOf(pattern))
    if (group) group.push(pattern)
    else groups.set(keyOf(pattern), [pattern])
  }
  return groups
}

function longestAt(text: Buffer, at: number, patterns: readonly Pattern[] = [], last: boolean): Found | undefined {
  const rest = text.length - at
  for (const pattern of patterns) {
    const { length } = pattern.bytes
    if (pattern.bytes[0] !== text[at] || (length > rest && last)) continue
    const size = Math.min(length, rest)
    if (text.compare(pattern.bytes, 0, size, at, at + size) === 0) return length > rest ? { at } : { at, pattern }
  }
  return undefined
}
