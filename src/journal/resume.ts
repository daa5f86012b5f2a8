import type { StepState } from './state.ts'

/** What resuming means for a run, step by step. */
export type Resumption =
  /** Go on with this step. `attempt` is the one it will be. */
  | { readonly kind: 'go'; readonly step: string; readonly attempt: number; readonly retry: boolean }
  /** A remote step still runs: follow it first. */
  | { readonly kind: 'follow'; readonly step: string; readonly attempt: number }
  /** This step failed or its outcome is unknown: it needs a word. */
  | { readonly kind: 'ask'; readonly step: StepState }
  /** Every step is settled. */
  | { readonly kind: 'done' }

/**
 * Where a run goes on. A step is never run twice unless `retry` says so, and never skipped.
 * @param pauses names of steps that stopped on purpose to be looked at: resuming is the word they wait for.
 */
export function resumption(steps: readonly StepState[], retry: boolean, pauses: ReadonlySet<string>): Resumption {
  for (const step of steps) {
    const { name, status, attempt } = step
    if (status === 'OK' || status === 'SKIPPED') continue
    if (status === 'RUNNING') return { kind: 'follow', step: name, attempt }
    if (status === 'PENDING') return { kind: 'go', step: name, attempt: attempt + 1, retry: false }
    if (status === 'STOPPED' && pauses.has(name)) continue
    return retry ? { kind: 'go', step: name, attempt: attempt + 1, retry: true } : { kind: 'ask', step }
  }
  return { kind: 'done' }
}
