import { expect, test } from 'vitest'
import { attemptsOf } from '../../../src/report/html/attempts.ts'
import { at, type Line, runOf } from './runs.ts'

const begun: Line = [1, 'begin 1 1 migrate remote ana@desk']

test.each<[string, readonly Line[], readonly object[]]>([
  [
    'a signal ended',
    [begun, [2, 'end 1 1 migrate FAILED exit=- signal=KILL']],
    [{ status: 'FAILED', signal: 'SIGKILL', ended: at(2) }],
  ],
  ['did not begin after all', [begun, [2, 'void 1 1 migrate']], []],
  ['nobody knows the end of', [begun], [{ status: 'UNKNOWN', began: at(1) }]],
  [
    'came after one that did not begin',
    [
      begun,
      [2, 'void 1 1 migrate'],
      [3, 'begin 1 2 migrate remote bob@desk'],
      [4, 'end 1 2 migrate OK exit=0 signal=-'],
    ],
    [{ status: 'OK', attempt: 2, by: 'bob@desk', exit: 0 }],
  ],
])('a try that %s is told as that', (_what, journal, attempts) => {
  const told = attemptsOf(runOf({ steps: ['migrate remote'], journal: [[0, 'open r1'], ...journal] }))
  expect(told).toHaveLength(attempts.length)
  expect(told).toMatchObject(attempts)
})
