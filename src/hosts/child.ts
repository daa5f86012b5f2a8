import type { Readable } from 'node:stream'
import type { Stream } from '../agent/session.ts'

export interface ChildOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  readonly input?: Uint8Array
  /** Ends the process group when aborted. */
  readonly signal?: AbortSignal
  /** Milliseconds. */
  readonly timeout?: number
  readonly onData?: (stream: Stream, bytes: Buffer) => void | Promise<void>
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

const grace = 5_000
const look = 50

/** Runs argv on the workstation in a process group of its own, and waits until it and what it prints have ended. */
export async function runChild(argv: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  const { execa } = await import('execa')
  const [file = '', ...args] = argv
  const child = execa(file, args, {
    cwd: options.cwd,
    ...(options.env === undefined ? {} : { env: options.env, extendEnv: false }),
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    detached: true,
    buffer: false,
    reject: false,
    stripFinalNewline: false,
    encoding: 'buffer',
  })
  const watch = new Watch(child.pid, options)
  for (const stream of ['stdout', 'stderr'] as const) listen(child[stream], stream, options)
  const result = await Promise.race([child, watch.givenUp])
  const alive = await watch.end()
  if (result === undefined) return { ...watch.reason, alive }
  if (result.exitCode === undefined && result.signal === undefined) {
    return { alive, failure: result.originalMessage ?? 'it could not be started' }
  }
  return {
    ...(result.exitCode === undefined ? {} : { exit: result.exitCode }),
    ...(result.signal === undefined ? {} : { signal: result.signal }),
    ...watch.reason,
    alive,
  }
}

function listen(from: Readable, stream: Stream, { onData }: ChildOptions): void {
  from.on('data', (bytes: Buffer) => {
    const taken = onData?.(stream, bytes)
    if (!(taken instanceof Promise)) return
    from.pause()
    void taken.finally(() => from.resume())
  })
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

/** Returns whether something of the group is still alive. */
async function killGroup(pid: number | undefined): Promise<boolean> {
  if (pid === undefined) return false
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (let waited = 0; waited < grace; waited += look) {
      if (!signalGroup(pid, waited === 0 ? signal : 0)) return false
      await new Promise((resolve) => setTimeout(resolve, look))
    }
  }
  return signalGroup(pid, 0)
}

/** Returns whether the group is there. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
