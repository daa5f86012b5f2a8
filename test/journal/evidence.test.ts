import { expect, test } from 'vitest'
import { parseEvidence } from '../../src/journal/evidence.ts'
import { parseJournal } from '../../src/journal/records.ts'
import { nodeState, stepStates } from '../../src/journal/state.ts'

test.each([
  ['bundle none\n', 'none'],
  ['bundle there\n', 'there'],
  ['bundle file\n', 'foreign'],
  ['', 'foreign'],
])('%j tells what lies at its place', (text, bundle) => {
  expect(parseEvidence(text).bundle).toBe(bundle)
})

test('a name with spaces is one name', () => {
  expect(parseEvidence('ended 1-a b.1.out.OK.0\n').endedByName).toEqual(['1-a b.1.out.OK.0'])
})

const plan = [{ n: 12, name: 'move.it', side: 'remote' }] as const
const began = parseJournal('2026-11-20T12:00:00Z begin 12 10 move.it remote\n')

/** How the step stands when only a file's name tells its end. */
function endedAs(name: string) {
  const evidence = parseEvidence(`bundle there\nepoch 1\nended ${name}\n`)
  const steps = stepStates(plan, began, evidence)
  const [step] = steps
  return [step?.status, step?.exit, nodeState(steps, began, evidence)]
}

test.each([
  ['12-move.it.10.out.OK.0', 'OK', 0],
  ['12-move.it.10.out.FAILED.37', 'FAILED', 37],
  ['12-move.it.10.out.TIMED_OUT.-', 'TIMED OUT', undefined],
])('%s is an end', (name, status, exit) => {
  expect(endedAs(name).slice(0, 2)).toEqual([status, exit])
})

test.each([
  ['12-move.it.9.out.OK.0'],
  ['12-move.10.out.OK.0'],
  ['12-move.it.10.out.DONE.0'],
  ['x12-move.it.10.out.OK.0'],
  ['12-move.it.10.out.OK.0.part'],
  ['12-.10.out.OK.0'],
  ['junk'],
])('%s is none, and the step stays unknown', (name) => {
  expect(endedAs(name)).toEqual(['UNKNOWN', undefined, 'LOST'])
})
