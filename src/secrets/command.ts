import { type ChildProcess, spawn } from 'node:child_process'

export interface CommandOptions {
  /** Absolute: where it runs. */
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Milliseconds. */
  readonly timeout: number
  /** Bytes of output; a command that prints more is ended. */
  readonly most: number
}

/** How a command ended. `code` is the system's word for why it could not be started, as `ENOENT`. */
export type CommandEnd =
  | { readonly how: 'exit'; readonly exit: number; readonly stdout: Buffer }
  | { readonly how: 'signal'; readonly signal: string }
  | { readonly how: 'late' }
  | { readonly how: 'too much' }
  | { readonly how: 'not started'; readonly code: string | undefined }

/** Milliseconds between TERM, which lets a command give the terminal its echo back, and KILL. */
const grace = 2_000

/**
 * Runs argv without a shell and keeps what it prints. It has no stdin, but stderr and the terminal are its own to talk to
 * the person: so it gets no session of its own. Never throws.
 */
export function outputOf(argv: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  const [file = '', ...args] = argv
  const { cwd, env } = options
  try {
    return endOf(spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] }), options)
  } catch (error) {
    return Promise.resolve({ how: 'not started', code: codeOf(error) })
  }
}

function endOf(child: ChildProcess, { timeout, most }: CommandOptions): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    let early: CommandEnd | undefined
    let killer: NodeJS.Timeout | undefined
    const stop = (end: CommandEnd) => {
      early ??= end
      child.stdout?.destroy()
      child.kill()
      killer ??= setTimeout(() => child.kill('SIGKILL'), grace)
    }
    const timer = setTimeout(() => stop({ how: 'late' }), timeout)
    const settle = (end: CommandEnd) => {
      clearTimeout(timer)
      clearTimeout(killer)
      resolve(early ?? end)
    }
    child.stdout?.on('error', () => {})
    child.stdout?.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > most) stop({ how: 'too much' })
    })
    // Also raised when it can't be ended, as sudo: then nothing waits for it.
    child.once('error', (error) => {
      child.unref()
      settle({ how: 'not started', code: codeOf(error) })
    })
    child.once('close', (exit, signal) =>
      settle(
        exit === null ? { how: 'signal', signal: `${signal}` } : { how: 'exit', exit, stdout: Buffer.concat(chunks) },
      ),
    )
  })
}

/** The system's short word for an error, as `ENOENT`; its message may hold argv or a path. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
