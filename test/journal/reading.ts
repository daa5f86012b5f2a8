import { parseEvidence } from '../../src/journal/evidence.ts'
import { parseJournal } from '../../src/journal/records.ts'
import { nodeState, stepStates } from '../../src/journal/state.ts'

const plan = [
  { n: 1, name: 'a', side: 'remote' },
  { n: 2, name: 'b', side: 'local' },
  { n: 3, name: 'c', side: 'remote' },
] as const

/** When all was written. */
export const time = '2026-11-20T12:00:00Z'

/** What the node says when nobody is there, and when the runner is. */
export const dead = 'bundle there\nepoch 1\n'
export const attended = 'bundle there\nepoch 1\nagent 1\n'

/** Where the steps of a plan and its node stand, by these records and what the node says. */
export function read(records: readonly string[], said: string) {
  const journal = parseJournal(records.map((record) => `${time} ${record}\n`).join(''))
  const evidence = parseEvidence(said)
  const steps = stepStates(plan, journal, evidence)
  return { steps, state: nodeState(steps, journal, evidence) }
}
