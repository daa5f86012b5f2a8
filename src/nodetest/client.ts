import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import type { RunOptions, RunResult } from '../ops/types.ts'
import { type Answer, type Question, Unknown } from '../questions/types.ts'
import { UnreachableError } from '../words/errors.ts'
import type { AskOptions } from './broker.ts'
import { lineOf, lineReader, type Provided, type Reply, type Request } from './messages.ts'
import type { InTurn } from './turns.ts'

/** Who waits for a reply. */
interface Waiting {
  readonly settle: (reply: Reply) => void
  readonly onBegin?: InTurn['onBegin']
}

/** A worker's end: asks conc, which holds the login. */
export class Client {
  readonly #socket: Socket
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  constructor(socket: Socket) {
    this.#socket = socket
    // What is left open must not hold the worker.
    socket.unref()
    socket.on(
      'data',
      lineReader((value) => this.#take(value as Reply)),
    )
    socket.on('error', () => {})
    socket.once('close', () => this.#end())
  }

  /** Throws Unknown and UnreachableError. */
  async ask(question: Question, { as, ...how }: AskOptions = {}): Promise<Answer> {
    const reply = await this.#send((id) => ({ id, ask: question, ...(as === undefined ? {} : { as }) }), how)
    if (!('exit' in reply)) throw errorOf(reply)
    return { exit: reply.exit, stdout: Buffer.from(reply.stdout, 'base64'), stderr: reply.stderr }
  }

  /** Throws Unknown and UnreachableError. */
  async run(
    argv: readonly string[],
    { signal, onBegin, input, ...rest }: RunOptions & InTurn = {},
  ): Promise<RunResult> {
    const options = { ...rest, ...(input === undefined ? {} : { input: Buffer.from(input).toString('base64') }) }
    const reply = await this.#send((id) => ({ id, run: argv, options }), { signal, onBegin })
    if (!('result' in reply)) throw errorOf(reply)
    const { stdout, stderr, ...end } = reply.result
    return { ...end, stdout: Buffer.from(stdout, 'base64'), stderr: Buffer.from(stderr, 'base64') }
  }

  async #send(request: (id: number) => Request, { signal, onBegin }: InTurn): Promise<Reply> {
    signal?.throwIfAborted()
    this.#last += 1
    const id = this.#last
    // Its test is over: nobody waits for an answer, nor is the lack of one an error of anybody's.
    const cancel = () => {
      this.#waiting.delete(id)
      this.#socket.write(lineOf({ id, cancel: true }))
    }
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await new Promise<Reply>((resolve) => {
        this.#waiting.set(id, { settle: resolve, onBegin })
        if (this.#socket.destroyed) this.#end()
        else this.#socket.write(lineOf(request(id)))
      })
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    if ('begins' in reply) {
      waiting?.onBegin?.()
      return
    }
    this.#waiting.delete(reply.id)
    waiting?.settle(reply)
  }

  #end(): void {
    const error = { name: 'Unknown', message: 'conc answers no more' }
    for (const id of this.#waiting.keys()) this.#take({ id, error })
  }
}

/** Connects to conc. */
export async function connect({ socket, token }: Provided): Promise<Client> {
  const connection = createConnection(socket)
  await once(connection, 'connect')
  connection.write(lineOf({ token }))
  return new Client(connection)
}

function errorOf(reply: Reply): Error {
  if (!('error' in reply)) return new Unknown('conc gave no answer')
  const { name, message } = reply.error
  return name === 'UnreachableError' ? new UnreachableError(message) : new Unknown(message)
}
