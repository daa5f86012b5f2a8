import type { Stream } from '../agent/hearing.ts'

const sixteenMiB = 16 * 1024 * 1024

/** Both streams of a command, each kept up to `most` bytes. */
export class Kept {
  readonly #most: number
  readonly #chunks: Record<Stream, Buffer[]> = { stdout: [], stderr: [] }
  readonly #sizes: Record<Stream, number> = { stdout: 0, stderr: 0 }

  constructor(most = sixteenMiB) {
    this.#most = most
  }

  add(stream: Stream, bytes: Buffer): void {
    const room = this.#most - this.#sizes[stream]
    if (room <= 0) return
    this.#chunks[stream].push(Buffer.from(bytes.subarray(0, room)))
    this.#sizes[stream] += Math.min(room, bytes.length)
  }

  streams(): { stdout: Buffer; stderr: Buffer } {
    return { stdout: Buffer.concat(this.#chunks.stdout), stderr: Buffer.concat(this.#chunks.stderr) }
  }
}
