import { execFile } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A pipe for a child's output. */
export interface OutputPipe {
  /** The child's end; to be closed here once the child has it. */
  readonly childEnd: number
  readonly stream: Socket
}

const run = promisify(execFile)

/**
 * Makes two real pipes. Node gives children socket pairs instead, where `echo x >/dev/stderr` fails with ENXIO;
 * a FIFO whose name is gone is a pipe. Throws where `mkfifo` (POSIX) fails.
 * Not for a child's input: opening a FIFO as /dev/stdin after its end waits for ever, where a socket pair fails at once.
 */
export async function makeOutputPipes(): Promise<readonly [OutputPipe, OutputPipe]> {
  const folder = await mkdtemp(join(tmpdir(), 'conc-pipes-'))
  try {
    const [first, second] = [join(folder, '1'), join(folder, '2')]
    await run('mkfifo', ['-m', '600', first, second])
    return [openBothEnds(first), openBothEnds(second)]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// Opening one end waits for the other, save for the reader's that does not block.
function openBothEnds(path: string): OutputPipe {
  const ours = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const childEnd = openSync(path, constants.O_WRONLY)
  return { childEnd, stream: new Socket({ fd: ours, readable: true, writable: false }) }
}

/** Closes the child's ends in this process. */
export function closeChildEnds(pipes: readonly OutputPipe[]): void {
  for (const { childEnd } of pipes) closeSync(childEnd)
}
