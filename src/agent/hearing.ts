import type { Channel } from '../transport/types.ts'
import { BrokenError, UnreachableError } from '../words/errors.ts'
import { Decoder, type Frame } from './decoder.ts'

export type Stream = 'stdout' | 'stderr'

/** Hears what one id prints, between its begin and its end. */
export interface Listener {
  begin?(): void
  /** May return a promise: the node is then not read from until it resolves. */
  data?(stream: Stream, bytes: Buffer): void | Promise<void>
  /** Called once both streams have ended, with the words after the id. */
  end?(words: readonly string[]): void
  info?(text: string): void
}

/** Where the agent is: its own folder, gone with it, and the login user's home. */
export interface Whereabouts {
  readonly folder: string
  readonly home: string
}

/** What concerns the session as a whole. */
export interface Ears {
  /** The agent is there. */
  ready(where: Whereabouts): void
  /** No more answers can come. */
  lost(cause: Error): void
}

interface Open {
  readonly listener: Listener
  words?: readonly string[]
  errEnded?: boolean
}

/** As much as a node may send that nobody takes, in bytes. */
const mostUntaken = 64 * 1024 * 1024
const mostNoise = 4096

/** Hears the agent's two streams, and passes each piece to who asked for it. */
export class Hearing {
  readonly #label: string
  readonly #channel: Channel
  readonly #ears: Ears
  readonly #decoders: Record<Stream, Decoder>
  readonly #current: Record<Stream, Open | undefined> = { stdout: undefined, stderr: undefined }
  readonly #open = new Map<string, Open>()
  #noise = ''

  constructor(label: string, channel: Channel, nonce: string, ears: Ears) {
    this.#label = label
    this.#channel = channel
    this.#ears = ears
    this.#decoders = { stdout: new Decoder(nonce), stderr: new Decoder(nonce) }
    for (const stream of ['stdout', 'stderr'] as const) {
      channel[stream].on('data', (bytes: Buffer) => this.#receive(stream, bytes))
    }
  }

  /** What came that nobody had asked for, such as a banner: its beginning. */
  get noise(): string {
    return this.#noise.trim()
  }

  /** From now on the listener hears what carries this id. */
  listen(id: string, listener: Listener): void {
    this.#open.set(id, { listener })
  }

  forget(id: string): void {
    this.#open.delete(id)
  }

  #receive(stream: Stream, bytes: Buffer): void {
    try {
      for (const frame of this.#decoders[stream].push(bytes)) this.#hear(stream, frame)
    } catch (cause) {
      this.#ears.lost(cause instanceof Error ? cause : new BrokenError(String(cause)))
      this.#channel.destroy()
    }
  }

  #hear(stream: Stream, frame: Frame): void {
    const current = this.#current[stream]
    if (frame.kind === 'answer') this.#answer(stream, frame.words)
    else if (current !== undefined) this.#deliver(current.listener, stream, frame.bytes)
    else if (this.#noise.length < mostNoise) this.#noise += frame.bytes.toString('utf8').slice(0, mostNoise)
  }

  /** A listener that is behind holds the node back; SSH's window then holds the step. */
  #deliver(listener: Listener, stream: Stream, bytes: Buffer): void {
    const taken = listener.data?.(stream, bytes)
    if (!(taken instanceof Promise)) return
    const { stdout, stderr } = this.#channel
    stdout.pause()
    stderr.pause()
    // A node that ignores the window must not fill the workstation's memory.
    const guard = setInterval(() => {
      if (stdout.readableLength + stderr.readableLength > mostUntaken) this.#channel.destroy()
    }, 100)
    void taken.finally(() => {
      clearInterval(guard)
      stdout.resume()
      stderr.resume()
    })
  }

  #answer(stream: Stream, [kind, id = '', ...words]: readonly string[]): void {
    switch (kind) {
      case 'R':
        this.#ears.ready({ folder: id, home: words.join(' ') })
        break
      case 'X':
        this.#ears.lost(refusal(this.#label, [id, ...words]))
        break
      case 'B':
        this.#current[stream] = this.#open.get(id)
        if (stream === 'stdout') this.#current.stdout?.listener.begin?.()
        break
      case 'E':
        this.#current[stream] = undefined
        this.#end(stream, id, words)
        break
      case 'Z':
        this.#end(stream, id, words)
        break
      case 'I':
        this.#open.get(id)?.listener.info?.(words.join(' '))
    }
  }

  /** An id has ended when both its streams have. */
  #end(stream: Stream, id: string, words: readonly string[]): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    if (stream === 'stdout') open.words = words
    else open.errEnded = true
    if (open.words !== undefined && open.errEnded) open.listener.end?.(open.words)
  }
}

function refusal(label: string, words: readonly string[]): UnreachableError {
  const [why, ...rest] = words
  switch (why) {
    case 'lacks':
      return new UnreachableError(`${label}: the node lacks ${rest.join(', ')}. Install them (coreutils, util-linux).`)
    case 'home':
      return new UnreachableError(`${label}: the login user's home ${rest.join(' ')} can't be entered. Make it.`)
    default:
      return new UnreachableError(`${label}: no room for temporary files on the node. Free some space in /tmp.`)
  }
}
