import { expect, test } from 'vitest'
import { takenBack } from '../../src/journal/changes.ts'
import type { StepState, StepStatus } from '../../src/journal/state.ts'
import type { PlanDifference } from '../../src/plan/compare.ts'
import type { StepRecord } from '../../src/plan/types.ts'

/** Of the steps a, b, c … each stands so. */
function stepsAre(...statuses: readonly StepStatus[]): StepState[] {
  return statuses.map((status, at) => ({ n: at + 1, name: 'abc'[at] ?? '', side: 'remote', status, attempt: 1 }))
}

const step: Omit<StepRecord, 'n' | 'name'> = {
  kind: 'command',
  side: 'remote',
  op: 'run',
  words: [],
  options: {},
  command: 'true',
}

function difference(kind: PlanDifference['kind'], n: number, name: string): PlanDifference {
  const record = { ...step, n, name }
  if (kind === 'inserted') return { kind, name, now: record }
  return kind === 'removed' ? { kind, name, old: record } : { kind, name, old: record, now: record }
}

const done = stepsAre('OK', 'FAILED', 'PENDING')

test.each<[string, PlanDifference, StepState[], boolean]>([
  ['a step that is done was changed', difference('changed', 1, 'a'), done, true],
  ['a step that was skipped was changed', difference('changed', 1, 'a'), stepsAre('SKIPPED'), true],
  ['a step that runs was changed', difference('changed', 1, 'a'), stepsAre('RUNNING'), true],
  ['a step that failed was mended', difference('changed', 2, 'b'), done, false],
  ['a step whose end is unknown was mended', difference('changed', 1, 'a'), stepsAre('UNKNOWN'), false],
  ['a step that waits was changed', difference('changed', 3, 'c'), done, false],
  ['a step that failed was moved', difference('moved', 2, 'b'), done, true],
  ['a step that failed was removed', difference('removed', 2, 'b'), done, true],
  ['a step that waits was moved', difference('moved', 3, 'c'), done, false],
  ['a step that waits was removed', difference('removed', 3, 'c'), done, false],
  ['a step was put before one that has begun', difference('inserted', 1, 'new'), done, true],
  ['a step was put in the place of the last that has begun', difference('inserted', 2, 'new'), done, true],
  ['a step was put behind all that have begun', difference('inserted', 3, 'new'), done, false],
  ['a step was put first, and none has begun', difference('inserted', 1, 'new'), stepsAre('PENDING'), false],
])('%s', (_, changed, steps, refused) => {
  expect(takenBack([changed], steps)).toEqual(refused ? [changed] : [])
})
