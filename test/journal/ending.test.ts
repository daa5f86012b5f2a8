import { expect, test } from 'vitest'
import { decisiveStep, pastState } from '../../src/journal/ending.ts'
import { parseJournal } from '../../src/journal/records.ts'
import type { StepState, StepStatus } from '../../src/journal/state.ts'

const time = '2026-11-20T12:00:00Z'

test.each([
  ['was closed', ['open r1', 'close r1'], 'OK'],
  ['was given up', ['open r1', 'unlock r1 ana why'], 'GIVEN UP'],
  ['was closed after it had been given up', ['unlock r1 ana why', 'close r1', 'halt ana'], 'OK'],
  ['left no word', ['open r1', 'halt ana'], 'UNKNOWN'],
])('a past run that %s', (_, lines, state) => {
  expect(pastState(parseJournal(lines.map((line) => `${time} ${line}\n`).join('')))).toBe(state)
})

test.each<[readonly StepStatus[], number | undefined]>([
  [['OK', 'SKIPPED', 'PENDING'], undefined],
  [['OK', 'FAILED', 'UNKNOWN'], 2],
  [['SKIPPED', 'RUNNING', 'PENDING'], 2],
  [['STOPPED', 'OK'], 1],
])('of %j the step that the run stands at', (statuses, n) => {
  const steps = statuses.map((status, at): StepState => ({ n: at + 1, name: 'a', side: 'local', status, attempt: 1 }))
  expect(decisiveStep(steps)?.n).toBe(n)
})
