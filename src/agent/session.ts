import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { quoteAll } from '../plan/quote.ts'
import type { Channel, Connection } from '../transport/types.ts'
import { BrokenError, LostError, UnreachableError } from '../words/errors.ts'
import { Decoder, type Frame } from './decoder.ts'
import { agentProgram, bootstrap } from './program.ts'

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

/** A short answer, whole. `words[0]` is an exit code or the agent's word for what became of it. */
export interface Answer {
  readonly words: readonly string[]
  readonly stdout: Buffer
  readonly stderr: Buffer
}

interface Open {
  readonly listener: Listener
  words?: readonly string[]
  errEnded?: boolean
}

interface Worker {
  readonly resolve: (reason: string) => void
  reason?: string
  errEnded?: boolean
}

const mostKept = 64 * 1024 * 1024
const mostNoise = 4096

/** The agent on a node, reached over one channel. All requests of one session are answered in order. */
export class Session {
  readonly #channel: Channel
  readonly #decoders: Record<Stream, Decoder>
  readonly #current: Record<Stream, Open | undefined> = { stdout: undefined, stderr: undefined }
  readonly #open = new Map<string, Open>()
  readonly #workers = new Map<string, Worker>()
  readonly #rejects = new Set<(cause: Error) => void>()
  readonly #label: string
  #noise = ''
  #ready: (() => void) | undefined
  #lost: Error | undefined
  #counter = 0
  #working: Promise<unknown> = Promise.resolve()
  #beat: NodeJS.Timeout | undefined
  /** The login user's home on the node. */
  home = ''
  /** The agent's own folder on the node, gone with it. */
  folder = ''

  private constructor(label: string, channel: Channel, nonce: string) {
    this.#label = label
    this.#channel = channel
    this.#decoders = { stdout: new Decoder(nonce), stderr: new Decoder(nonce) }
  }

  /**
   * Starts the agent. Throws UnreachableError when the node's shell does not run it.
   * @param patience milliseconds to wait for its first answer; a slow `.bashrc` counts.
   */
  static async start(connection: Connection, patience = 60_000): Promise<Session> {
    const nonce = randomBytes(16).toString('hex')
    const { command, blob } = bootstrap(await agentProgram(), nonce)
    const channel = await connection.open(command)
    const session = new Session(connection.label, channel, nonce)
    await session.#begin(connection, blob, patience)
    return session
  }

  async #begin(connection: Connection, blob: string, patience: number): Promise<void> {
    const { stdin, stdout, stderr, closed } = this.#channel
    stdin.on('error', () => {})
    stdout.on('data', (bytes: Buffer) => this.#receive('stdout', bytes))
    stderr.on('data', (bytes: Buffer) => this.#receive('stderr', bytes))
    void closed.then(() => this.#lose(new LostError(`${this.#label}: the connection to the agent ended`)))
    void connection.gone.then((cause) => this.#lose(new LostError(`${this.#label}: connection lost: ${cause}`)))
    const timer = setTimeout(() => this.#lose(new LostError(`no answer within ${patience / 1000} s`)), patience)
    try {
      const ready = this.#answered<void>((resolve) => {
        this.#ready = resolve
      })
      stdin.write(blob)
      await ready
    } catch (cause) {
      this.#channel.destroy()
      if (cause instanceof UnreachableError) throw cause
      const heard = this.#noise.trim() === '' ? '' : ` It said: ${this.#noise.trim().slice(0, 500)}`
      throw new UnreachableError(
        `${this.#label}: the login worked, but its shell did not run conc's agent.${heard} Check the user's login shell, forced commands and rc files.`,
      )
    } finally {
      clearTimeout(timer)
    }
  }

  /** Sends a request that has no answer. */
  send(text: string): void {
    this.#write(`${text}\n#EOS`)
  }

  /** Lets the node know every ten seconds that somebody is there. */
  keepBeating(): void {
    this.#beat ??= setInterval(() => this.send('beat'), 10_000).unref()
  }

  /** Asks one of the agent's functions, or any command, and gives its whole answer, at most 64 MiB. */
  ask(...argv: readonly string[]): Promise<Answer> {
    return this.#request((id) => `ask ${id} ${quoteAll(argv)}`)
  }

  /** Calls one of the agent's functions that answer by themselves; the id is put first. */
  call(name: string, ...args: readonly string[]): Promise<Answer> {
    return this.#request((id) => `${name} ${id} ${quoteAll(args)}`)
  }

  /** Calls one of the agent's functions and hears its output as it comes. Gives the words of its end. */
  async listen(name: string, args: readonly string[], listener: Listener): Promise<readonly string[]> {
    await this.#working
    const id = this.#nextId()
    try {
      return await this.#answered<readonly string[]>((resolve) => {
        this.#open.set(id, { listener: { ...listener, end: resolve } })
        this.send(`${name} ${id} ${quoteAll(args)}`)
      })
    } finally {
      this.#open.delete(id)
    }
  }

  /** Sends `bytes` to a file that is `offset` bytes long. */
  put(file: string, offset: number, bytes: Uint8Array): Promise<Answer> {
    return this.#request((id) => `put ${id} ${quoteAll([file, String(offset), String(bytes.length)])}`, bytes)
  }

  /**
   * Runs the lines (`step …`, `plain …`) in a worker on the node, each only after OK, in one write.
   * @param listeners hears each id of the lines.
   * @returns why the worker ended: done, ended (a step was not OK), halted, lost, fenced, closing, unfit.
   */
  work(lines: readonly string[], listeners: ReadonlyMap<string, Listener>): Promise<string> {
    const work = this.#working.then(() => this.#work(lines, listeners))
    this.#working = work.catch(() => {})
    return work
  }

  async #work(lines: readonly string[], listeners: ReadonlyMap<string, Listener>): Promise<string> {
    const id = this.#nextId()
    for (const [key, listener] of listeners) this.#open.set(key, { listener })
    try {
      return await this.#answered<string>((resolve) => {
        this.#workers.set(id, { resolve })
        this.send(`batch() {\n${lines.map((line) => `${line} || return`).join('\n')}\n}\nlaunch ${id} batch`)
      })
    } finally {
      this.#workers.delete(id)
      for (const key of listeners.keys()) this.#open.delete(key)
    }
  }

  /** Ends the channel. What runs on the node goes on; nothing more starts. */
  async close(): Promise<void> {
    clearInterval(this.#beat)
    this.#channel.stdin.end()
    const patience = setTimeout(() => this.#channel.destroy(), 5_000)
    await this.#channel.closed
    clearTimeout(patience)
  }

  /** Answers come in the order of the requests; only while a worker speaks must no other answer be asked for. */
  async #request(text: (id: string) => string, payload?: Uint8Array): Promise<Answer> {
    await this.#working
    const id = this.#nextId()
    const kept: Record<Stream, Buffer[]> = { stdout: [], stderr: [] }
    let size = 0
    let drained = true
    const answer = this.#answered<readonly string[]>((resolve, reject) => {
      const data = (stream: Stream, bytes: Buffer) => {
        size += bytes.length
        if (size > mostKept) reject(new BrokenError(`${this.#label}: the node's answer is over 64 MiB`))
        else kept[stream].push(bytes)
      }
      this.#open.set(id, { listener: { data, end: resolve } })
      this.send(text(id))
      if (payload !== undefined) drained = this.#channel.stdin.write(payload)
    })
    if (!drained) {
      await Promise.race([once(this.#channel.stdin, 'drain').catch(() => {}), answer.catch(() => {})])
    }
    try {
      const words = await answer
      return { words, stdout: Buffer.concat(kept.stdout), stderr: Buffer.concat(kept.stderr) }
    } finally {
      this.#open.delete(id)
    }
  }

  #nextId(): string {
    this.#counter += 1
    return `q${this.#counter}`
  }

  /** A promise that also ends when the connection does. */
  async #answered<T>(start: (resolve: (value: T) => void, reject: (cause: Error) => void) => void): Promise<T> {
    if (this.#lost !== undefined) throw this.#lost
    let forget = () => {}
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#rejects.add(reject)
        forget = () => this.#rejects.delete(reject)
        start(resolve, reject)
      })
    } finally {
      forget()
    }
  }

  #lose(cause: Error): void {
    this.#lost ??= cause
    clearInterval(this.#beat)
    for (const reject of this.#rejects) reject(this.#lost)
  }

  #write(text: string): void {
    if (text.includes('\0')) throw new BrokenError('a request to the node may hold no NUL')
    this.#channel.stdin.write(`${Buffer.byteLength(text)}\n${text}`)
  }

  #receive(stream: Stream, bytes: Buffer): void {
    try {
      for (const frame of this.#decoders[stream].push(bytes)) this.#hear(stream, frame)
    } catch (cause) {
      this.#lose(cause instanceof Error ? cause : new BrokenError(String(cause)))
      this.#channel.destroy()
    }
  }

  #hear(stream: Stream, frame: Frame): void {
    if (frame.kind === 'data') {
      const current = this.#current[stream]
      if (current !== undefined) this.#deliver(current.listener, stream, frame.bytes)
      else if (this.#noise.length < mostNoise) this.#noise += frame.bytes.toString('utf8').slice(0, mostNoise)
      return
    }
    this.#answer(stream, frame.words)
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
      if (stdout.readableLength + stderr.readableLength > mostKept) this.#channel.destroy()
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
        this.folder = id
        this.home = words.join(' ')
        this.#ready?.()
        break
      case 'X':
        this.#lose(refusal(this.#label, [id, ...words]))
        break
      case 'B':
        this.#current[stream] = this.#open.get(id)
        if (stream === 'stdout') this.#current.stdout?.listener.begin?.()
        break
      case 'E':
        this.#current[stream] = undefined
        this.#end(stream, this.#open.get(id), words)
        break
      case 'I':
        this.#open.get(id)?.listener.info?.(words.join(' '))
        break
      case 'Z':
        this.#endWork(stream, id, words[0])
    }
  }

  /** An id has ended when both its streams have. */
  #end(stream: Stream, open: Open | undefined, words: readonly string[]): void {
    if (open === undefined) return
    if (stream === 'stdout') open.words = words
    else open.errEnded = true
    if (open.words !== undefined && open.errEnded) open.listener.end?.(open.words)
  }

  #endWork(stream: Stream, id: string, reason: string | undefined): void {
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    if (stream === 'stdout') worker.reason = reason ?? 'lost'
    else worker.errEnded = true
    if (worker.reason !== undefined && worker.errEnded) worker.resolve(worker.reason)
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
