import { expect, test } from 'vitest'
import { parseEvidence } from '../../src/journal/evidence.ts'
import { parseJournal } from '../../src/journal/records.ts'
import { stepStates } from '../../src/journal/state.ts'

const time = '2026-11-20T12:00:00Z'
const plan = [{ n: 1, name: 'a', side: 'remote' }] as const
const nobody = parseEvidence('bundle there\nepoch 1\n')

/** The step, after it began, its end was not known, and its probe was asked. */
function probed(...answers: readonly string[]) {
  const lines = ['begin 1 1 a remote ana', ...answers.map((says) => `probe 1 a ${says}`)]
  return stepStates(plan, parseJournal(lines.map((line) => `${time} ${line}\n`).join('')), nobody)[0]
}

test.each([
  [['done'], { status: 'OK', attempt: 1, why: 'its probe says done', ended: time }],
  [['not-done'], { status: 'PENDING', attempt: 1, why: 'its probe says not-done', ended: time }],
  [['unknown'], { status: 'UNKNOWN', attempt: 1 }],
  [['unknown', 'done'], { status: 'OK', why: 'its probe says done' }],
])('a probe that says %j', (answers, state) => {
  expect(probed(...answers)).toMatchObject(state)
})

test('a probe that can not tell gives no reason and no end', () => {
  expect(probed('unknown')).not.toHaveProperty('why')
  expect(probed('unknown')).not.toHaveProperty('ended')
})
