import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunOptions, RunResult } from '../ops/types.ts'
import type { Answer } from '../questions/types.ts'
import type { Broker } from './broker.ts'
import { lineOf, lineReader, type Reply, type Request, type WireOptions, type WireResult } from './messages.ts'

/** A path that a unix socket can have: sun_path holds 108 bytes, and 104 on macOS (unix(7)). */
const longestPath = 100

/** Where the workers ask. */
export interface Server {
  readonly socket: string
  close(): Promise<void>
}

/** Listens on a socket in a folder that only this user can enter. @param brokers by the token of their node. */
export async function startServer(brokers: ReadonlyMap<string, Broker>): Promise<Server> {
  const folder = await privateFolder()
  const socket = join(folder, 's')
  const open = new Set<Socket>()
  const server = createServer((worker) => {
    open.add(worker)
    worker.once('close', () => open.delete(worker))
    serve(worker, brokers)
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    socket,
    async close() {
      for (const worker of open) worker.destroy()
      server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** mkdtemp(3) makes it for its owner alone. */
function privateFolder(): Promise<string> {
  const own = join(tmpdir(), 'conc-tests-')
  return mkdtemp(own.length + 10 > longestPath ? '/tmp/conc-tests-' : own)
}

/** Answers one worker, from its token on, until it is gone: then nobody waits for what it asked. */
function serve(worker: Socket, brokers: ReadonlyMap<string, Broker>): void {
  const asked = new Map<number, AbortController>()
  let broker: Broker | undefined
  const take = (value: unknown) => {
    const request = value as Request
    if ('token' in request) broker = brokers.get(request.token)
    if (broker === undefined) return void worker.destroy()
    if ('cancel' in request) asked.get(request.id)?.abort()
    else if ('id' in request) void answer(broker, request)
  }
  const answer = async (from: Broker, request: Exclude<Request, { token: string } | { cancel: true }>) => {
    const giveUp = new AbortController()
    asked.set(request.id, giveUp)
    const say = (reply: Reply) => {
      if (worker.writable) worker.write(lineOf(reply))
    }
    const onBegin = () => say({ id: request.id, begins: true })
    const reply = await replyTo(from, request, { signal: giveUp.signal, onBegin })
    asked.delete(request.id)
    say(reply)
  }
  const read = lineReader(take)
  worker.on('data', (chunk: Buffer) => {
    try {
      read(chunk)
    } catch {
      worker.destroy()
    }
  })
  worker.on('error', () => {})
  worker.once('close', () => {
    for (const giveUp of asked.values()) giveUp.abort()
  })
}

async function replyTo(
  broker: Broker,
  request: Exclude<Request, { token: string } | { cancel: true }>,
  how: { readonly signal: AbortSignal; readonly onBegin: () => void },
): Promise<Reply> {
  const { id } = request
  try {
    if ('run' in request)
      return { id, result: wired(await broker.run(request.run, { ...optionsOf(request.options), ...how })) }
    const { as } = request
    return { id, ...answered(await broker.ask(request.ask, { ...how, ...(as === undefined ? {} : { as }) })) }
  } catch (thrown) {
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown))
    return { id, error: { name, message } }
  }
}

function optionsOf({ input, ...options }: WireOptions): RunOptions {
  return { ...options, ...(input === undefined ? {} : { input: Buffer.from(input, 'base64') }) }
}

function answered({ exit, stdout, stderr }: Answer) {
  return { exit, stdout: stdout.toString('base64'), stderr }
}

function wired({ stdout, stderr, ...end }: RunResult): WireResult {
  return { ...end, stdout: stdout.toString('base64'), stderr: stderr.toString('base64') }
}
