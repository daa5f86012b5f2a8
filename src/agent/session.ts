import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { quoteAll } from '../plan/quote.ts'
import { plainLine } from '../transport/plain.ts'
import type { Channel, Connection } from '../transport/types.ts'
import { BrokenError, LostError, UnreachableError } from '../words/errors.ts'
import { Hearing, type Listener, type Stream } from './hearing.ts'
import { agentProgram, bootstrap } from './program.ts'

/** A short answer, whole. `words[0]` is an exit code or the agent's word for what became of it. */
export interface Answer {
  readonly words: readonly string[]
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** Of one answer, in bytes. */
const mostKept = 32 * 1024 * 1024

/** Characters of a request: a shell reads a line byte by byte, so what is longer comes sooner by a program. */
const mostInLine = 1_000

/** The agent on a node, reached over one channel. All requests of one session are answered in order. */
export class Session {
  readonly #channel: Channel
  readonly #hearing: Hearing
  readonly #rejects = new Set<(cause: Error) => void>()
  readonly #label: string
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
    this.#hearing = new Hearing(label, channel, nonce, {
      ready: ({ folder, home }) => {
        this.folder = folder
        this.home = home
        this.#ready?.()
      },
      lost: (cause) => this.#lose(cause),
    })
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
    const { stdin, closed } = this.#channel
    stdin.on('error', () => {})
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
      const { noise } = this.#hearing
      const heard = noise === '' ? '' : ` It said: ${plainLine(noise, 500)}`
      throw new UnreachableError(
        `${this.#label}: the login worked, but its shell did not run conc's agent.${heard} Check the user's login shell, forced commands and rc files.`,
      )
    } finally {
      clearTimeout(timer)
    }
  }

  /** Sends a request that has no answer. A short one stands in a line, which the node's shell reads without a program. */
  send(text: string): void {
    if (text.length < mostInLine && !text.includes('\n')) this.#write(`${text} #EOS\n`)
    else this.#write(`${Buffer.byteLength(text) + 5}\n${text}\n#EOS`)
  }

  /** Lets the node know every ten seconds that somebody is there. */
  keepBeating(): void {
    this.#beat ??= setInterval(() => this.send('beat'), 10_000).unref()
  }

  /** Asks one of the agent's functions, or any command, and gives its whole answer, at most 32 MiB. */
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
        this.#hearing.listen(id, { ...listener, end: resolve })
        this.send(`${name} ${id} ${quoteAll(args)}`)
      })
    } finally {
      this.#hearing.forget(id)
    }
  }

  /** Sends `bytes` to a file that is `offset` bytes long. */
  put(file: string, offset: number, bytes: Uint8Array): Promise<Answer> {
    return this.#request((id) => `put ${id} ${quoteAll([file, String(offset), String(bytes.length)])}`, bytes)
  }

  /** Sends `bytes` to a place in a file; what has come of it is kept beside it in FILE.have. */
  putAt(file: string, offset: number, bytes: Uint8Array): Promise<Answer> {
    return this.#request((id) => `put_at ${id} ${quoteAll([file, String(offset), String(bytes.length)])}`, bytes)
  }

  /**
   * Runs the lines (`step …`, `plain …`) in a worker on the node, each only after OK, in one write.
   * @param listeners hears each id of the lines.
   * @returns why the worker ended: done, ended (a step was not OK), halted, lost, fenced, closing, early, unfit.
   */
  work(lines: readonly string[], listeners: ReadonlyMap<string, Listener>): Promise<string> {
    const work = this.#working.then(() => this.#work(lines, listeners))
    this.#working = work.catch(() => {})
    return work
  }

  async #work(lines: readonly string[], listeners: ReadonlyMap<string, Listener>): Promise<string> {
    const id = this.#nextId()
    for (const [key, listener] of listeners) this.#hearing.listen(key, listener)
    try {
      return await this.#answered<string>((resolve) => {
        this.#hearing.listen(id, { end: ([reason = 'lost']) => resolve(reason) })
        this.send(`batch() { ${lines.map((line) => `${line} || return; `).join('')}}; launch ${id} batch`)
      })
    } finally {
      for (const key of [id, ...listeners.keys()]) this.#hearing.forget(key)
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
        if (size > mostKept) reject(new BrokenError(`${this.#label}: the node's answer is over 32 MiB`))
        else kept[stream].push(bytes)
      }
      this.#hearing.listen(id, { data, end: resolve })
      this.send(text(id))
      if (payload !== undefined) drained = this.#channel.stdin.write(payload)
    })
    if (!drained) {
      const waiting = new AbortController()
      const drain = once(this.#channel.stdin, 'drain', { signal: waiting.signal }).catch(() => {})
      await Promise.race([drain, answer.catch(() => {})])
      waiting.abort()
    }
    try {
      const words = await answer
      return { words, stdout: Buffer.concat(kept.stdout), stderr: Buffer.concat(kept.stderr) }
    } finally {
      this.#hearing.forget(id)
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
    this.#channel.stdin.write(text)
  }
}
