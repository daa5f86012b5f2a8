import { processes, statOf } from './processes.ts'

const grace = 5_000
const look = 50

/** Ends a process group: TERM, five seconds, KILL, five more. Returns whether something of it is still alive. */
export async function killGroup(pgid: number | undefined): Promise<boolean> {
  if (pgid === undefined) return false
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    signalGroup(pgid, signal)
    for (let waited = 0; waited < grace; waited += look) {
      if (!isAlive(pgid)) return false
      await new Promise((resolve) => setTimeout(resolve, look))
    }
  }
  return isAlive(pgid)
}

/** Returns whether the group is there: kill(2) also finds the dead that nobody has waited for yet. */
function signalGroup(pgid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pgid, signal)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Looks twice, as a process that is new may be missed by a look that its parent did not survive. */
function isAlive(pgid: number): boolean {
  return signalGroup(pgid, 0) && (hasLiving(pgid) || hasLiving(pgid))
}

/** Where PID 1 is slow to wait for its orphans, or never does, the dead of a group stay. Without proc(5) all count as living. */
function hasLiving(pgid: number): boolean {
  const pids = processes()
  if (pids.length === 0) return true
  return pids.some((pid) => {
    const [state, , group] = statOf(pid)
    return group === String(pgid) && state !== 'Z' && state !== 'X'
  })
}
