import { exitCodes } from '../../words/status.ts'

/** One thing that was looked at, in plain words. */
export interface Finding {
  readonly check: string
  /** False when it stands in the way of a run. */
  readonly ok: boolean
  readonly text: string
  /** The command or line that mends it; with `ok`, what had better be done. */
  readonly mend?: string
}

export function good(check: string, text: string): Finding {
  return { check, ok: true, text }
}

/** Nothing stands in the way yet, and something had better be done. */
export function warned(check: string, text: string, mend: string): Finding {
  return { check, ok: true, text, mend }
}

export function wrong(check: string, text: string, mend?: string): Finding {
  return { check, ok: false, text, ...(mend === undefined ? {} : { mend }) }
}

/** 0, 3 when only the bundle is held, 4 for anything else: a bundle that is held is no fault of the node's. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const faults = findings.filter(({ ok }) => !ok)
  if (faults.length === 0) return exitCodes.ok.code
  return faults.every(({ check }) => check === 'bundle') ? exitCodes.blocked.code : exitCodes.unreachable.code
}
