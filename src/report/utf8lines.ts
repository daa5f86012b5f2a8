/** Lines as UTF-8, gathered until they are taken. Buffer.from counts a text's bytes first: of much output that takes longest. */
export class Utf8Lines {
  #room = Buffer.allocUnsafeSlow(128 * 1024)
  #size = 0

  /** How many bytes have come. */
  get size(): number {
    return this.#size
  }

  /** Takes a line without its newline. */
  add(line: string): void {
    const most = this.#size + 3 * line.length + 1
    if (most > this.#room.length) this.#room = Buffer.concat([this.#room], 2 * most)
    this.#size += this.#room.write(line, this.#size)
    this.#size = this.#room.writeUInt8(0x0a, this.#size)
  }

  /** Gives what has come since, each line with its newline. */
  take(): Buffer {
    const taken = Buffer.allocUnsafe(this.#size)
    this.#room.copy(taken, 0, 0, this.#size)
    this.#size = 0
    return taken
  }
}
