import { createHash } from 'node:crypto'
import type { Session } from '../../agent/session.ts'
import { OpFailed } from '../../ops/types.ts'
import { plainLine } from '../../transport/plain.ts'
import type { Blob } from './blob.ts'
import { covers } from './stretch.ts'

/** A stretch of a blob. */
interface Piece {
  readonly offset: number
  readonly bytes: Buffer
  /** What holds the bytes: free for the next when the node has them. */
  readonly room: Buffer
}

const smallest = 64 * 1024
const first = 256 * 1024
const largest = 2 * 1024 * 1024
/** How long a piece may take on its way, in milliseconds: so that a beat behind it is not late on a thin line. */
const aim = 1_000
/** Sessions beside the first: one channel's window holds back a long line. */
const mostExtra = 3
/** From which size on, in bytes, they are worth their start. */
const worthMore = 16 * 1024 * 1024

/** Pieces that one session may have on their way: one goes out while the other's answer comes. */
const mostInFlight = 2

/** One session that pieces are sent through. */
interface Lane {
  readonly session: Session
  readonly underway: Set<Promise<void>>
}

/** Sends blobs in pieces, through one session or several of the same connection. */
export class Lanes {
  readonly #more: () => Promise<Session>
  readonly #lanes: Lane[]
  readonly #extra: Session[] = []
  readonly #rooms: Buffer[] = []
  #pieceSize = first
  #widened = false

  /** @param more starts another session on the same connection. */
  constructor(session: Session, more: () => Promise<Session>) {
    this.#lanes = [{ session, underway: new Set() }]
    this.#more = more
  }

  /**
   * Sends what has not come yet of a blob into a file of the node.
   * @param onBytes told of bytes that have arrived.
   * @returns the SHA-256 of the whole blob, in hex.
   */
  async send(
    blob: Blob,
    part: string,
    signal: AbortSignal | undefined,
    onBytes: (bytes: number) => void,
  ): Promise<string> {
    const hash = createHash('sha256')
    let failure: unknown
    for await (const piece of this.#pieces(blob, hash, onBytes)) {
      if (signal?.aborted) failure ??= signal.reason
      if (failure !== undefined) break
      await this.#widen(blob)
      const lane = await this.#free()
      const sent = this.#put(lane, part, piece)
        .then(() => onBytes(piece.bytes.length))
        .catch((cause: unknown) => {
          failure ??= cause
        })
      lane.underway.add(sent)
      void sent.finally(() => lane.underway.delete(sent))
    }
    await Promise.all(this.#lanes.flatMap(({ underway }) => [...underway]))
    if (failure !== undefined) throw failure
    signal?.throwIfAborted()
    return hash.digest('hex')
  }

  /** Ends the sessions that were started for this. */
  async close(): Promise<void> {
    await Promise.all(this.#extra.map((session) => session.close().catch(() => {})))
  }

  async #put({ session }: Lane, part: string, { offset, bytes, room }: Piece): Promise<void> {
    const began = performance.now()
    const answer = await session.putAt(part, offset, bytes)
    if (answer.words[0] !== '0') {
      const said = plainLine(answer.stderr.toString('utf8'))
      throw new OpFailed(`the node could not write it: ${said || 'its disk may be full'}`)
    }
    this.#rooms.push(room)
    const rate = bytes.length / Math.max(1, performance.now() - began)
    this.#pieceSize = Math.min(largest, Math.max(smallest, 2 ** Math.floor(Math.log2(rate * aim))))
  }

  /** The lane that has room first. */
  async #free(): Promise<Lane> {
    for (;;) {
      const [lane] = [...this.#lanes].sort((a, b) => a.underway.size - b.underway.size)
      if (lane !== undefined && lane.underway.size < mostInFlight) return lane
      await Promise.race(this.#lanes.flatMap(({ underway }) => [...underway]))
    }
  }

  /** On a fast line one channel is not enough for a large blob. A server that lets in no more has to do with less. */
  async #widen({ size }: Blob): Promise<void> {
    if (size < worthMore || this.#pieceSize < largest || this.#widened) return
    this.#widened = true
    const starts = Array.from({ length: mostExtra }, () => this.#more().catch(() => undefined))
    for (const session of await Promise.all(starts)) {
      if (session === undefined) continue
      this.#extra.push(session)
      this.#lanes.push({ session, underway: new Set() })
    }
  }

  /** The blob's bytes in pieces, those left out that are there. */
  async *#pieces(
    blob: Blob,
    hash: ReturnType<typeof createHash>,
    onBytes: (bytes: number) => void,
  ): AsyncGenerator<Piece> {
    let room = this.#room()
    let size = 0
    let offset = 0
    const piece = (): Piece | undefined => {
      const made = { offset, bytes: room.subarray(0, size), room }
      offset += size
      size = 0
      if (covers(blob.have, made.offset, offset)) {
        onBytes(made.bytes.length)
        return undefined
      }
      room = this.#room()
      return made
    }
    for await (const chunk of blob.read()) {
      hash.update(chunk)
      for (let at = 0; at < chunk.length; ) {
        const end = Math.min(chunk.length, at + Math.max(0, this.#pieceSize - size))
        room.set(chunk.subarray(at, end), size)
        size += end - at
        at = end
        const next = size < this.#pieceSize ? undefined : piece()
        if (next !== undefined) yield next
      }
    }
    const last = size > 0 ? piece() : undefined
    if (last !== undefined) yield last
  }

  /** Room for a piece. What was used before is used again: new memory for each takes longer than to encrypt it. */
  #room(): Buffer {
    return this.#rooms.pop() ?? Buffer.allocUnsafeSlow(largest)
  }
}
