/** How a step, and with it a run, ended. A run goes on only after OK. */
export const statuses = ['OK', 'BLOCKED', 'FAILED', 'STOPPED', 'ERROR', 'TIMED OUT'] as const
export type Status = (typeof statuses)[number]

/** What `conc` exits with, each code with one meaning. */
export const exitCodes = {
  ok: { code: 0, meaning: 'every step OK' },
  failed: { code: 1, meaning: 'FAILED: the op ran and said no' },
  usage: { code: 2, meaning: 'usage or deploy file wrong; nothing was changed' },
  blocked: { code: 3, meaning: 'BLOCKED: another run holds the bundle; nothing was changed' },
  unreachable: { code: 4, meaning: 'node unreachable, host key or login refused; nothing was changed' },
  stopped: { code: 5, meaning: 'STOPPED on purpose; resume possible' },
  timedOut: { code: 6, meaning: 'TIMED OUT: over its time, its processes verified dead' },
  error: { code: 7, meaning: 'ERROR: outcome unknown, or conc or an op broke' },
} as const
export type ExitName = keyof typeof exitCodes

const exitOfStatus: Record<Status, ExitName> = {
  OK: 'ok',
  BLOCKED: 'blocked',
  FAILED: 'failed',
  STOPPED: 'stopped',
  ERROR: 'error',
  'TIMED OUT': 'timedOut',
}

/** The exit code of a run that ended with this status. */
export function exitCodeOf(status: Status): number {
  return exitCodes[exitOfStatus[status]].code
}
