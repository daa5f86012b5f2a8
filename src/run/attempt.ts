import type { PlannedStep } from '../plan/types.ts'
import type { Run } from './types.ts'

/** Which attempt a step will be, from 1. */
export function attemptOf(run: Run, step: PlannedStep): number {
  return run.attempts.get(step.name) ?? 1
}
