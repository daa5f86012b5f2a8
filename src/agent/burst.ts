/** As much as is passed on at once, in bytes: about what a socket gives in one go. */
const most = 64 * 1024

/** Joins what comes in one go on one stream, as each piece costs the same on its further way. The streams keep their order. */
export class Burst<Stream> {
  readonly #take: (stream: Stream, bytes: Buffer) => void
  #stream: Stream | undefined
  #pieces: Buffer[] = []
  #size = 0

  constructor(take: (stream: Stream, bytes: Buffer) => void) {
    this.#take = take
  }

  add(stream: Stream, bytes: Buffer): void {
    if (stream !== this.#stream || this.#size + bytes.length > most) this.#passOn()
    if (this.#pieces.length === 0) queueMicrotask(() => this.#passOn())
    this.#stream = stream
    this.#pieces.push(bytes)
    this.#size += bytes.length
  }

  #passOn(): void {
    const pieces = this.#pieces
    if (this.#stream === undefined || pieces.length === 0) return
    this.#pieces = []
    this.#size = 0
    this.#take(this.#stream, Buffer.concat(pieces))
  }
}
