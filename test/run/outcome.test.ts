import { expect, test } from 'vitest'
import { type Outcome, parseOutcome } from '../../src/run/outcome.ts'
import { notBegun } from '../../src/run/refusal.ts'
import { plan } from '../jobs/plans.ts'

test.each<[string, Outcome]>([
  ['OK 0 -', { status: 'OK', exit: 0 }],
  ['FAILED 3 -', { status: 'FAILED', exit: 3, why: 'exit 3' }],
  ['FAILED 126 -', { status: 'FAILED', exit: 126, why: 'exit 126: it can not be executed' }],
  ['FAILED 127 -', { status: 'FAILED', exit: 127, why: 'exit 127: no such command' }],
  ['FAILED 137 KILL', { status: 'FAILED', exit: 137, signal: 'SIGKILL', why: 'killed by SIGKILL' }],
  ['TIMED_OUT - TERM', { status: 'TIMED OUT', signal: 'SIGTERM' }],
  ['WELL 0 -', { status: 'ERROR', exit: 0, why: 'its end could not be verified on the node' }],
  ['', { status: 'ERROR', why: 'its end could not be verified on the node' }],
])('the end %j of a step is told as what it says, and never as OK unless it says so', (words, outcome) => {
  expect(parseOutcome(words.split(' ').filter(Boolean))).toEqual(outcome)
})

test('an end without a word is not known', () => {
  expect(parseOutcome([]).status).toBe('ERROR')
})

test.each([
  ['halted', 'STOPPED', 'a halt was asked for'],
  ['fenced', 'ERROR', 'somebody else has taken the run over'],
  ['closing', 'ERROR', 'somebody else is closing the bundle'],
  ['early', 'ERROR', 'the node lets it not begin: the step before it is not settled there'],
  ['unopened', 'ERROR', 'its bundle is not open on the node'],
  ['unfit', 'ERROR', "the node can't write its journal: its disk may be full"],
])(
  'a step that the node did not let begin for %j ends the run there, which does not log in again',
  async (reason, status, why) => {
    const [step] = (await plan(['remote run true'])).steps
    if (step === undefined) throw new Error('no step')
    expect(notBegun(reason, step)).toEqual({ status, why, step })
  },
)

test('a run that the node took for lost may log in again', async () => {
  const [step] = (await plan(['remote run true'])).steps
  if (step === undefined) throw new Error('no step')
  const cause = 'the node took this run for lost, as it had not heard from it'
  expect(notBegun('lost', step)).toEqual({ status: 'ERROR', why: cause, step, cut: { cause } })
})
