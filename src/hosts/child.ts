import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { Stream } from '../agent/hearing.ts'
import { killGroup } from './group.ts'
import { standGuard } from './guard.ts'
import { closeChildEnds, makeOutputPipes, type OutputPipe } from './pipes.ts'

const patience = 2_000
const look = 10

export interface ChildOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  readonly input?: Uint8Array
  /** Ends the process group when aborted. */
  readonly signal?: AbortSignal
  /** Milliseconds. */
  readonly timeout?: number
  readonly onData?: (stream: Stream, bytes: Buffer) => void | Promise<void>
  /** Called when a process left behind still holds the output: it may go on, and is heard no more. */
  readonly onLeft?: () => void
}

/** How a local process ended. `ended` says who wanted that, when it did not by itself. */
export interface ChildEnd {
  readonly exit?: number
  readonly signal?: string
  readonly ended?: 'stopped' | 'late'
  /** Something of its process group is still alive. */
  readonly alive: boolean
  /** It could not be started. */
  readonly failure?: string
}

/** Runs argv on the workstation in a process group of its own, and waits until it and what it prints have ended. */
export async function runChild(argv: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  const pipes = await makeOutputPipes()
  const { cwd, input } = options
  const guard = standGuard(pipes[0].name)
  const child = start(argv, options, pipes)
  if (!(child instanceof Error) && child.pid !== undefined) guard.watch(child.pid)
  closeChildEnds(pipes)
  if (child instanceof Error) {
    guard.callOff()
    for (const { stream } of pipes) stream.destroy()
    return { failure: whyNotStarted(child, argv[0] ?? '', cwd), alive: false }
  }
  child.stdin?.on('error', () => {}).end(input)
  const watch = new Watch(child.pid, options)
  const readers = [new Reader(pipes[0], 'stdout', options), new Reader(pipes[1], 'stderr', options)]
  const end = await Promise.race([endOf(child, cwd), watch.givenUp])
  const alive = await watch.end()
  guard.callOff()
  const left = await Promise.all(readers.map((reader) => reader.end()))
  if (left.includes(true) && watch.reason.ended === undefined) options.onLeft?.()
  return { ...end, ...watch.reason, alive }
}

/** Gives what `spawn` throws; most of what stands in the way it tells later, by an event. */
function start(
  [file = '', ...args]: readonly string[],
  { cwd, env, input }: ChildOptions,
  pipes: readonly OutputPipe[],
) {
  const stdin = input === undefined ? 'ignore' : 'pipe'
  const stdio = [stdin, ...pipes.map(({ childEnd }) => childEnd)] as const
  try {
    return spawn(file, args, { cwd, ...(env === undefined ? {} : { env }), detached: true, stdio: [...stdio] })
  } catch (cause) {
    if (cause instanceof Error) return cause
    throw cause
  }
}

function endOf(child: ChildProcess, cwd: string): Promise<Pick<ChildEnd, 'exit' | 'signal' | 'failure'>> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ failure: whyNotStarted(error, child.spawnfile, cwd) }))
    child.once('exit', (exit, signal) => resolve({ ...(exit === null ? {} : { exit }), ...(signal && { signal }) }))
  })
}

/** What execve(2) and the search for a program say. */
function whyNotStarted({ code, message }: NodeJS.ErrnoException, file: string, cwd: string): string {
  if (!existsSync(cwd)) return `there is no folder ${cwd}`
  if (code === 'ENOENT') return `there is no program ${file}`
  if (code === 'EACCES') return `${file} may not be executed`
  return code === 'E2BIG' ? 'its words are too long for one command' : message
}

/** Reads what a process prints, no faster than it is taken. */
class Reader {
  readonly #pipe: OutputPipe
  readonly #from: Readable
  #over = false
  #taken: Promise<void> | undefined

  constructor(pipe: OutputPipe, stream: Stream, { onData }: ChildOptions) {
    const from = pipe.stream
    this.#pipe = pipe
    this.#from = from
    from.on('error', () => {})
    from.once('close', () => {
      this.#over = true
    })
    from.on('data', (bytes: Buffer) => {
      const taken = onData?.(stream, bytes)
      if (!(taken instanceof Promise)) return
      from.pause()
      this.#taken = taken.finally(() => from.resume())
    })
  }

  /** Waits for the rest, but not for a process left behind that still holds the stream. Returns whether there is one. */
  async end(): Promise<boolean> {
    for (let waited = 0; !this.#over && waited < patience; waited += this.#from.isPaused() ? 0 : look) {
      await new Promise((resolve) => setTimeout(resolve, look))
    }
    const left = !this.#over
    if (left) this.#pipe.drain()
    this.#from.destroy()
    await this.#taken
    return left
  }
}

/** Ends a process group when its time is over or somebody wants it: TERM, five seconds, KILL, and a look. */
class Watch {
  readonly #pid: number | undefined
  readonly #signal: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout | undefined
  readonly #stop = () => this.#endFor('stopped')
  #ending: Promise<boolean> | undefined
  #giveUp: (() => void) | undefined
  /** Resolves when the group is dead or beyond killing, and nobody need wait for its output any more. */
  readonly givenUp = new Promise<undefined>((resolve) => {
    this.#giveUp = () => resolve(undefined)
  })
  reason: { ended?: 'stopped' | 'late' } = {}

  constructor(pid: number | undefined, { signal, timeout }: ChildOptions) {
    this.#pid = pid
    this.#signal = signal
    if (timeout !== undefined) this.#timer = setTimeout(() => this.#endFor('late'), timeout)
    if (signal?.aborted) this.#stop()
    else signal?.addEventListener('abort', this.#stop, { once: true })
  }

  #endFor(why: 'stopped' | 'late'): void {
    if (this.#ending !== undefined) return
    this.reason = { ended: why }
    this.#ending = killGroup(this.#pid).finally(() => setTimeout(() => this.#giveUp?.(), 200))
  }

  /** Stops watching. Returns whether something of a group that had to end is alive. */
  async end(): Promise<boolean> {
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#stop)
    return (await this.#ending) ?? false
  }
}
