import type { Terminal, TerminalSize } from '../transport/types.ts'

/** The workstation's terminal, for one on a node to be joined to. */
export interface LocalTerminal {
  /** TERM. */
  readonly kind: string
  size(): TerminalSize
  /** Joins the two, key by key, until the remote one ends, or this one is gone. */
  connect(remote: Terminal): Promise<void>
}

export function localTerminal(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream, kind: string): LocalTerminal {
  const size = () => ({ columns: stdout.columns, rows: stdout.rows })
  return {
    kind,
    size,
    async connect(remote) {
      const resize = () => remote.resize(size())
      stdin.setRawMode(true)
      stdin.pipe(remote.stdin)
      remote.stdout.pipe(stdout, { end: false })
      stdout.on('resize', resize)
      await Promise.race([remote.ended, endOf(stdin)])
      stdout.off('resize', resize)
      stdin.unpipe(remote.stdin)
      stdin.setRawMode(false)
      stdin.pause()
    },
  }
}

/** Resolves when a terminal is gone: reading from it has an end, or fails. */
function endOf(stdin: NodeJS.ReadStream): Promise<void> {
  return new Promise((resolve) => {
    for (const end of ['end', 'close', 'error']) stdin.once(end, () => resolve())
  })
}

/** Too narrow for a list of steps, or of a size that nobody knows. */
const narrow = 20

/**
 * Where a list can be redrawn in its place, and keys be heard: stdin and stderr are a terminal that is no mere printer, and
 * stdout is it too or leads elsewhere. Undefined where none can.
 */
export function screenOf({ env, stdin, stdout, stderr }: NodeJS.Process): NodeJS.WriteStream | undefined {
  if (!stdin.isTTY || !stderr.isTTY || env.CI) return undefined
  const screen = stdout.isTTY ? stdout : stderr
  const known = env.TERM !== undefined && env.TERM !== '' && env.TERM !== 'dumb'
  return known && screen.columns >= narrow && screen.rows >= 5 ? screen : undefined
}
