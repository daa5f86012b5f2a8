import { BrokenError } from '../words/errors.ts'

/** What the agent sends on one of its two streams. */
export type Frame =
  | { readonly kind: 'data'; readonly bytes: Buffer }
  /** `words[0]` is the kind: `B ID`, `E ID …`, `Z ID REASON`, `I ID TEXT`, `R HOME`, `X WHY`. */
  | { readonly kind: 'answer'; readonly words: readonly string[] }

/** Longer than any answer the agent gives; what exceeds it is no agent of ours. */
const longestAnswer = 4096

/**
 * Splits a stream of the agent into answers, which carry the nonce, and the bytes between them, which are exact.
 * Holds back only what may be the start of an answer. Throws BrokenError when an answer does not end.
 */
export class Decoder {
  readonly #nonce: Buffer
  #held: Buffer = Buffer.alloc(0)

  constructor(nonce: string) {
    this.#nonce = Buffer.from(nonce, 'latin1')
  }

  *push(chunk: Buffer): Generator<Frame> {
    let rest = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk
    this.#held = Buffer.alloc(0)
    while (rest.length > 0) {
      const at = rest.indexOf(this.#nonce)
      if (at < 0) {
        const keep = this.#startOfNonce(rest)
        if (keep < rest.length) yield { kind: 'data', bytes: rest.subarray(0, rest.length - keep) }
        this.#held = Buffer.from(rest.subarray(rest.length - keep))
        return
      }
      if (at > 0) yield { kind: 'data', bytes: rest.subarray(0, at) }
      const end = rest.indexOf(0x0a, at)
      if (end < 0) {
        if (rest.length - at > longestAnswer) throw new BrokenError('the node sent an answer without an end')
        this.#held = Buffer.from(rest.subarray(at))
        return
      }
      const line = rest.toString('utf8', at + this.#nonce.length, end).trim()
      yield { kind: 'answer', words: line.split(' ') }
      rest = rest.subarray(end + 1)
    }
  }

  /** How many bytes at the end of `bytes` could be the beginning of the nonce. */
  #startOfNonce(bytes: Buffer): number {
    const tail = bytes.subarray(Math.max(0, bytes.length - this.#nonce.length + 1))
    const lead = this.#nonce[0] ?? 0
    let at = tail.indexOf(lead)
    while (at >= 0 && !tail.subarray(at).equals(this.#nonce.subarray(0, tail.length - at)))
      at = tail.indexOf(lead, at + 1)
    return at < 0 ? 0 : tail.length - at
  }
}
