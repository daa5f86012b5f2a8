import { execFile } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The three streams of a child: its descriptors, to be closed here once it has them, and our ends. */
export interface Pipes {
  readonly child: readonly [number, number, number]
  readonly stdin: Socket
  readonly stdout: Socket
  readonly stderr: Socket
}

const run = promisify(execFile)

/**
 * Makes three real pipes. Node gives children socket pairs instead, where `echo x >/dev/stderr` fails with ENXIO;
 * a FIFO whose name is gone is a pipe. Throws where `mkfifo` (POSIX) fails.
 */
export async function makePipes(): Promise<Pipes> {
  const folder = await mkdtemp(join(tmpdir(), 'conc-pipes-'))
  try {
    const [input, output, errors] = ['0', '1', '2'].map((name) => join(folder, name)) as [string, string, string]
    await run('mkfifo', ['-m', '600', input, output, errors])
    const stdin = openBoth(input, 'out')
    const stdout = openBoth(output, 'in')
    const stderr = openBoth(errors, 'in')
    return {
      child: [stdin.theirs, stdout.theirs, stderr.theirs],
      stdin: new Socket({ fd: stdin.ours, readable: false, writable: true }),
      stdout: new Socket({ fd: stdout.ours, readable: true, writable: false }),
      stderr: new Socket({ fd: stderr.ours, readable: true, writable: false }),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Closes the child's descriptors in this process. */
export function closeChildEnds(pipes: Pipes): void {
  for (const fd of pipes.child) closeSync(fd)
}

// Opening one end waits for the other, save for both at once (O_RDWR): it holds the FIFO while the two ends are opened.
function openBoth(path: string, direction: 'in' | 'out'): { ours: number; theirs: number } {
  const { O_RDWR, O_RDONLY, O_WRONLY, O_NONBLOCK } = constants
  const both = openSync(path, O_RDWR)
  const ours = openSync(path, (direction === 'in' ? O_RDONLY : O_WRONLY) | O_NONBLOCK)
  const theirs = openSync(path, direction === 'in' ? O_WRONLY : O_RDONLY)
  closeSync(both)
  return { ours, theirs }
}
