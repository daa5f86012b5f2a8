import type { Evidence } from './evidence.ts'
import type { StepState } from './state.ts'

/** Why a run is LOST: what was there and is not any more, and which step that leaves unknown. */
export function whyLost(steps: readonly StepState[], { restarted, epoch }: Evidence): string {
  const unknown = steps.find(({ status }) => status === 'UNKNOWN')
  const open = unknown === undefined ? '' : `; how ${unknown.name} ended is not known`
  if (restarted) return `the node was restarted while the run was on it${open}`
  if (epoch === 0) return 'it was cut off while the bundle was being opened'
  if (unknown?.side === 'local') return `the runner is gone from ${unknown.by ?? 'its workstation'}${open}`
  if (unknown !== undefined) return `what watched the step on the node is gone${open}`
  return 'its runner is gone, and left no word'
}

/** What is known of the bundle's place where no run is named; the path goes before it. */
export function whyUnnamed({ bundle }: Evidence): string {
  return bundle === 'foreign'
    ? 'is no bundle of this user: look at it with ls -ld'
    : 'is there and names no run: it was made by hand, died while it was opened, or is being opened just now'
}
