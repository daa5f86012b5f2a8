import type { ExitName, Status } from '../words/status.ts'

/** How a step ended. */
export interface Outcome {
  readonly status: Status
  readonly exit?: number
  readonly signal?: string
  readonly why?: string
  /** What the run exits with where that is not its status' own: nothing was changed then. */
  readonly exitAs?: ExitName
}

export const ok: Outcome = { status: 'OK' }

/** Reads the agent's `STATUS CODE SIGNAL`. What is not understood is ERROR, never OK. */
export function parseOutcome(words: readonly string[]): Outcome {
  const [word, code, name] = words
  const status = ({ OK: 'OK', FAILED: 'FAILED', STOPPED: 'STOPPED', TIMED_OUT: 'TIMED OUT' } as const)[word ?? '']
  const detail = {
    ...(code === undefined || code === '-' ? {} : { exit: Number(code) }),
    ...(name === undefined || name === '-' ? {} : { signal: `SIG${name}` }),
  }
  if (status === undefined) {
    return { status: 'ERROR', ...detail, why: 'its end could not be verified on the node' }
  }
  return { status, ...detail, ...explain(status, detail) }
}

function explain(status: Status, { exit, signal }: { exit?: number; signal?: string }): { why?: string } {
  if (status !== 'FAILED') return {}
  if (signal !== undefined) return { why: `killed by ${signal}` }
  if (exit === 126) return { why: 'exit 126: it can not be executed' }
  if (exit === 127) return { why: 'exit 127: no such command' }
  return { why: `exit ${exit}` }
}
