import { spawn } from 'node:child_process'
import { processes, statOf, wordsOf } from './processes.ts'

const look = 20
/** As long as a guard takes at most for what it has to do, in milliseconds. */
const patience = 3_000
const name = 'conc-guard'

/** Somebody who stands ready before a process group is there, so that no moment is without. */
export interface Guard {
  /** Names the group that is guarded from now on. */
  watch(pgid: number): void
  callOff(): void
}

/**
 * Ends a process group when this process dies before it, however it dies: a shell in a session of its own reads a pipe
 * whose other end only this process holds. TERM first, KILL after a second: whoever resumes at once must not meet it.
 * @param pipe the name of the pipe to which the group will print: by it the guard finds a group of which it was not told,
 * as this process died right after it had started it.
 */
export function standGuard(pipe: string): Guard {
  const guard = spawn('/bin/sh', ['-c', duty, name, String(process.pid), pipe], {
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

/** Waits until the guards of who died have ended what they guard: nothing is to run beside it. */
export async function awaitGuards(): Promise<void> {
  for (let waited = 0; waited < patience && processes().some(isOnDuty); waited += look) {
    await new Promise((resolve) => setTimeout(resolve, look))
  }
}

/** Its parent is another since its own has died. */
function isOnDuty(pid: string): boolean {
  const [own, owner = ''] = wordsOf(pid).slice(3)
  if (own !== name || owner === '') return false
  const [state, parent] = statOf(pid)
  return parent !== undefined && parent !== owner && state !== 'Z'
}

// Called off before it was told of a group, it reads `over` for one. Its input ends only once what was started has its
// own stdout, so whoever leads a group and prints to that pipe is the one.
const duty = `find_group() {
  ls -l /proc/[0-9]*/fd/1 | while read -r line; do
    case $line in *"/$1 (deleted)") ;; *) continue ;; esac
    line=\${line%%/fd/1 -> *}
    kill -0 -"\${line##*/}" && echo "\${line##*/}" && break
  done
}
if read -r group; then
  [ "$group" != over ] || exit
  read -r word && exit
else
  group=$(find_group "$2")
fi
kill -TERM -"$group" || exit
sleep 1
kill -KILL -"$group"`
