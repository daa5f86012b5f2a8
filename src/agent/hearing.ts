import type { Channel } from '../transport/types.ts'
import { BrokenError, UnreachableError } from '../words/errors.ts'
import { Burst } from './burst.ts'
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
  readonly begun: Set<Stream>
  readonly ended: Set<Stream>
  words?: readonly string[]
  infos: number
}

/** As much as a node may send that nobody takes, in bytes. */
const mostUntaken = 64 * 1024 * 1024
const mostNoise = 4096
/** The agent has one thing at most to say about a step. */
const mostInfos = 100

/** Hears the agent's two streams, and passes each piece to who asked for it. */
export class Hearing {
  readonly #label: string
  readonly #channel: Channel
  readonly #ears: Ears
  readonly #decoders: Record<Stream, Decoder>
  readonly #current: Record<Stream, Open | undefined> = { stdout: undefined, stderr: undefined }
  readonly #open = new Map<string, Open>()
  #noise = ''
  /** Bytes that came while the two streams were not at the same id. */
  #apart = 0

  constructor(label: string, channel: Channel, nonce: string, ears: Ears) {
    this.#label = label
    this.#channel = channel
    this.#ears = ears
    this.#decoders = { stdout: new Decoder(nonce), stderr: new Decoder(nonce) }
    const burst = new Burst<Stream>((stream, bytes) => this.#receive(stream, bytes))
    for (const stream of ['stdout', 'stderr'] as const) {
      channel[stream].on('data', (bytes: Buffer) => burst.add(stream, bytes))
    }
  }

  /** What came that nobody had asked for, such as a banner: its beginning. */
  get noise(): string {
    return this.#noise.trim()
  }

  /** From now on the listener hears what carries this id. */
  listen(id: string, listener: Listener): void {
    this.#open.set(id, { listener, begun: new Set(), ended: new Set(), infos: 0 })
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
    else if (current !== undefined) this.#take(current, stream, frame.bytes)
    else if (this.#noise.length < mostNoise) this.#noise += frame.bytes.toString('utf8').slice(0, mostNoise)
  }

  /** Begin and end of an id are sent on both streams at once: what is long under way on one alone would wait for ever. */
  #take({ listener }: Open, stream: Stream, bytes: Buffer): void {
    const { stdout, stderr } = this.#current
    this.#apart = stdout === stderr ? 0 : this.#apart + bytes.length
    if (this.#apart > mostUntaken) throw new BrokenError(`${this.#label}: the node's two streams have parted`)
    this.#deliver(listener, stream, bytes)
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
        this.#begin(stream, id)
        break
      case 'E':
        this.#current[stream] = undefined
        this.#end(stream, id, words, true)
        break
      case 'Z':
        this.#end(stream, id, words, false)
        break
      case 'I':
        this.#inform(id, words.join(' '))
    }
  }

  #begin(stream: Stream, id: string): void {
    const open = this.#open.get(id)
    this.#current[stream] = open
    if (open === undefined) return
    if (open.begun.has(stream)) throw this.#outOfTurn(`began ${id} twice`)
    open.begun.add(stream)
    if (stream === 'stdout') open.listener.begin?.()
  }

  /** An id has ended when both its streams have. */
  #end(stream: Stream, id: string, words: readonly string[], afterBegin: boolean): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    if (open.ended.has(stream)) throw this.#outOfTurn(`ended ${id} twice`)
    if (afterBegin && !open.begun.has(stream)) throw this.#outOfTurn(`ended ${id} before its begin`)
    open.ended.add(stream)
    if (stream === 'stdout') open.words = words
    if (open.ended.size === 2) open.listener.end?.(open.words ?? [])
  }

  #inform(id: string, text: string): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    open.infos += 1
    if (open.infos > mostInfos) throw this.#outOfTurn(`had no end of notes on ${id}`)
    open.listener.info?.(text)
  }

  #outOfTurn(what: string): BrokenError {
    return new BrokenError(`${this.#label}: the node answered out of turn: it ${what.slice(0, 80)}`)
  }
}

/** Raised when the agent was started and can't work: it `lacks` tools, has no `home`, or no `room` for its files. */
export class AgentRefused extends UnreachableError {
  readonly why: 'lacks' | 'home' | 'room'

  constructor(message: string, why: AgentRefused['why']) {
    super(message)
    this.why = why
  }
}

function refusal(label: string, words: readonly string[]): AgentRefused {
  const [why, ...rest] = words
  switch (why) {
    case 'lacks':
      return new AgentRefused(
        `${label}: the node lacks ${rest.join(', ')}. Install them (coreutils, util-linux).`,
        'lacks',
      )
    case 'home':
      return new AgentRefused(`${label}: the login user's home ${rest.join(' ')} can't be entered. Make it.`, 'home')
    default:
      return new AgentRefused(`${label}: no room for temporary files on the node. Free some space in /tmp.`, 'room')
  }
}
