import { spawn } from 'node:child_process'

/**
 * Ends a process group when this process dies before it, however it dies: a shell in a session of its own reads a pipe
 * whose other end only this process holds. TERM first, KILL after a second: whoever resumes at once must not meet it.
 * @returns how to call it off.
 */
export function guardGroup(pgid: number): () => void {
  const guard = spawn('/bin/sh', ['-c', watch, 'conc-guard', String(pgid)], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('error', () => {})
  guard.stdin.on('error', () => {})
  guard.unref()
  return () => guard.stdin.end('over\n')
}

const watch = `read -r word && exit
kill -TERM -"$1" || exit
sleep 1
kill -KILL -"$1"`
