import { type ChildProcessWithoutNullStreams, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Channel } from './types.ts'

/** Starts a program in a process group of its own. Throws what spawn says when it can't be started. */
export async function startChild(
  [file = '', ...args]: readonly string[],
  options: Pick<SpawnOptions, 'env' | 'cwd'>,
): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(file, args, { ...options, detached: true, stdio: 'pipe' })
  await once(child, 'spawn')
  return child
}

/** A program's three streams as a channel; `destroy` kills its whole group. */
export function channelOfChild(child: ChildProcessWithoutNullStreams): Channel {
  for (const stream of [child, child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    closed: new Promise((resolve) => child.once('close', () => resolve())),
    destroy() {
      killGroup(child.pid)
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
    },
  }
}

/** Kills the group that a program of ours leads; one that is gone is fine. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is gone already.
  }
}
