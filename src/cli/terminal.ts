import type { Terminal, TerminalSize } from '../transport/types.ts'

/** The workstation's terminal, for one on a node to be joined to. */
export interface LocalTerminal {
  /** TERM. */
  readonly kind: string
  size(): TerminalSize
  /** Joins the two, key by key, until the remote one ends. */
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
      await remote.ended
      stdout.off('resize', resize)
      stdin.unpipe(remote.stdin)
      stdin.setRawMode(false)
      stdin.pause()
    },
  }
}

/** Too narrow for a list of steps, or of a size that nobody knows. */
const narrow = 20

/** Whether a list can be redrawn in its place here, and keys be heard: all three streams are a terminal that is no mere printer. */
export function canShowLive({ env, stdin, stdout, stderr }: NodeJS.Process): boolean {
  if (!stdin.isTTY || !stdout.isTTY || !stderr.isTTY || env.CI) return false
  const known = env.TERM !== undefined && env.TERM !== '' && env.TERM !== 'dumb'
  return known && stdout.columns >= narrow && stdout.rows >= 5
}
