import { createHash } from 'node:crypto'
import type { Session } from '../../agent/session.ts'
import { OpFailed } from '../../ops/types.ts'
import { plainLine } from '../../transport/plain.ts'
import type { Blob } from './blob.ts'

/** A stretch of a blob. */
interface Piece {
  readonly offset: number
  readonly bytes: Buffer
}

const smallest = 64 * 1024
const first = 256 * 1024
const largest = 4 * 1024 * 1024
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
  #pieceSize = first
  #widened = false

  /** @param more starts another session on the same connection. */
  constructor(session: Session, more: () => Promise<Session>) {
    this.#lanes = [{ session, underway: new Set() }]
    this.#more = more
  }

  /**
   * Sends what `have` lacks of a blob into a file of the node.
   * @param onBytes told of bytes that have arrived.
   * @returns the SHA-256 of the whole blob, in hex.
   */
  async send(
    blob: Blob,
    part: string,
    have: readonly Stretch[],
    signal: AbortSignal | undefined,
    onBytes: (bytes: number) => void,
  ): Promise<string> {
    const hash = createHash('sha256')
    let failure: unknown
    for await (const piece of this.#pieces(blob, have, hash, onBytes)) {
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
    return hash.digest('hex')
  }

  /** Ends the sessions that were started for this. */
  async close(): Promise<void> {
    await Promise.all(this.#extra.map((session) => session.close().catch(() => {})))
  }

  async #put({ session }: Lane, part: string, { offset, bytes }: Piece): Promise<void> {
    const began = performance.now()
    const answer = await session.putAt(part, offset, bytes)
    if (answer.words[0] !== '0') {
      const said = plainLine(answer.stderr.toString('utf8'))
      throw new OpFailed(`the node could not write it: ${said || 'its disk may be full'}`)
    }
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
    have: readonly Stretch[],
    hash: ReturnType<typeof createHash>,
    onBytes: (bytes: number) => void,
  ): AsyncGenerator<Piece> {
    let gathered: Uint8Array[] = []
    let size = 0
    let offset = 0
    const piece = (): Piece | undefined => {
      const bytes = Buffer.concat(gathered)
      const at = offset
      offset += bytes.length
      gathered = []
      size = 0
      if (!covers(have, at, at + bytes.length)) return { offset: at, bytes }
      onBytes(bytes.length)
      return undefined
    }
    for await (const chunk of blob.read()) {
      hash.update(chunk)
      gathered.push(chunk)
      size += chunk.length
      if (size < this.#pieceSize) continue
      const next = piece()
      if (next !== undefined) yield next
    }
    const last = size > 0 ? piece() : undefined
    if (last !== undefined) yield last
  }
}

/** Bytes that have arrived: from the one up to the other. */
export type Stretch = readonly [from: number, to: number]

/** Whether all bytes from `from` up to `to` have come. */
export function covers(have: readonly Stretch[], from: number, to: number): boolean {
  let at = from
  for (const [start, end] of [...have].sort(([a], [b]) => a - b)) {
    if (start > at) break
    at = Math.max(at, end)
  }
  return at >= to
}
