import { spawn } from 'node:child_process'

/** Somebody who stands ready before a process group is there, so that no moment is without. */
export interface Guard {
  /** Names the group that is guarded from now on. */
  watch(pgid: number): void
  callOff(): void
}

/**
 * Ends a process group when this process dies before it, however it dies: a shell in a session of its own reads a pipe
 * whose other end only this process holds. TERM first, KILL after a second: whoever resumes at once must not meet it.
 */
export function standGuard(): Guard {
  const guard = spawn('/bin/sh', ['-c', duty, 'conc-guard'], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('error', () => {})
  guard.stdin.on('error', () => {})
  guard.unref()
  return {
    watch: (pgid) => void guard.stdin.write(`${pgid}\n`),
    callOff: () => void guard.stdin.end('over\n'),
  }
}

// Called off before it was told of a group, it reads `over` for one.
const duty = `read -r group && [ "$group" != over ] || exit
read -r word && exit
kill -TERM -"$group" || exit
sleep 1
kill -KILL -"$group"`
