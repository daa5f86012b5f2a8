import { execFile, spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { BrokenError } from '../words/errors.ts'
import { fileFault } from '../words/filefault.ts'

/** A pipe for a child's output. */
export interface OutputPipe {
  /** The child's end; to be closed here once the child has it. */
  readonly childEnd: number
  readonly stream: Socket
  /** The end of the name that proc(5) shows for it, which no other pipe has. */
  readonly name: string
  /** Gives the stream another reader, which outlives this process: a daemon that prints must not die of SIGPIPE. */
  drain(): void
}

const run = promisify(execFile)

/**
 * Makes two real pipes. Node gives children socket pairs instead, where `echo x >/dev/stderr` fails with ENXIO;
 * a FIFO whose name is gone is a pipe. Throws where `mkfifo` (POSIX) fails.
 * Not for a child's input: opening a FIFO as /dev/stdin after its end waits for ever, where a socket pair fails at once.
 */
export async function makeOutputPipes(): Promise<readonly [OutputPipe, OutputPipe]> {
  const folder = await mkdtemp(join(tmpdir(), 'conc-pipes-')).catch((cause: unknown) => {
    throw new BrokenError(
      `no pipes for its output can be made in ${tmpdir()}: ${fileFault(cause)}. It did not start. Make room there, or set TMPDIR.`,
    )
  })
  try {
    const [first, second] = [join(folder, '1'), join(folder, '2')]
    await run('mkfifo', ['-m', '600', first, second])
    const name = basename(folder)
    return [openBothEnds(first, `${name}/1`), openBothEnds(second, `${name}/2`)]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// Opening one end waits for the other, save for the reader's that does not block.
function openBothEnds(path: string, name: string): OutputPipe {
  const ours = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const childEnd = openSync(path, constants.O_WRONLY)
  const stream = new Socket({ fd: ours, readable: true, writable: false })
  return { childEnd, stream, name, drain: () => drain(ours) }
}

/** Opened anew, as `cat` would give up where our end does not block; without proc(5) nobody takes over. */
function drain(ours: number): void {
  try {
    const again = openSync(`/proc/self/fd/${ours}`, constants.O_RDONLY)
    spawn('cat', { stdio: [again, 'ignore', 'ignore'], detached: true, cwd: '/', env: { PATH: process.env.PATH } })
      .on('error', () => {})
      .unref()
    closeSync(again)
  } catch {
    // The daemon is on its own.
  }
}

/** Closes the child's ends in this process. */
export function closeChildEnds(pipes: readonly OutputPipe[]): void {
  for (const { childEnd } of pipes) closeSync(childEnd)
}
