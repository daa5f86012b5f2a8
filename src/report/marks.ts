import type { NodeState, StepState, StepStatus } from '../journal/state.ts'

type Paint = 'green' | 'red' | 'yellow' | 'cyan' | 'dim'

/** How each status of a step looks: one character, and its colour. */
export const marks: Readonly<Record<StepStatus, { readonly mark: string; readonly paint: Paint }>> = {
  OK: { mark: '✓', paint: 'green' },
  FAILED: { mark: '✗', paint: 'red' },
  ERROR: { mark: '✗', paint: 'red' },
  'TIMED OUT': { mark: '✗', paint: 'red' },
  BLOCKED: { mark: '⊘', paint: 'yellow' },
  STOPPED: { mark: '⏸', paint: 'yellow' },
  RUNNING: { mark: '▶', paint: 'cyan' },
  UNKNOWN: { mark: '?', paint: 'red' },
  PENDING: { mark: '·', paint: 'dim' },
  SKIPPED: { mark: '↷', paint: 'yellow' },
}

/** The colour of each state of a node. */
export const statePaints: Readonly<Record<NodeState, Paint>> = {
  FREE: 'green',
  RUNNING: 'cyan',
  STOPPED: 'yellow',
  FAILED: 'red',
  LOST: 'red',
}

/** How a step ended besides its status: `exit 3`, `killed by SIGTERM`. */
export function codeOf({ exit, signal }: Pick<StepState, 'exit' | 'signal'>): string | undefined {
  if (signal !== undefined) return `killed by ${signal}`
  return exit === undefined || exit === 0 ? undefined : `exit ${exit}`
}

/** Why a step ended as it did, with its exit status where the reason does not name it. */
export function reasonOf(end: Pick<StepState, 'exit' | 'signal' | 'why'>): string | undefined {
  const code = codeOf(end)
  if (!end.why) return code
  return code === undefined || end.why.includes(code) ? end.why : `${end.why} (${code})`
}
