import { expect, test } from 'vitest'
import { parseEvidence } from '../../src/journal/evidence.ts'
import { whyLost } from '../../src/journal/lost.ts'
import type { StepState } from '../../src/journal/state.ts'

const done: StepState = { n: 1, name: 'pack', side: 'local', status: 'OK', attempt: 1 }
const remote: StepState = { n: 2, name: 'move', side: 'remote', status: 'UNKNOWN', attempt: 1 }
const local: StepState = { ...remote, side: 'local', by: 'ana@desk' }
const { by: _, ...nobodys } = local

const there = 'bundle there\nepoch 1\n'

test.each<[string, StepState[], string, string]>([
  ['restarted', [done], `${there}restarted\n`, 'the node was restarted while the run was on it'],
  [
    'restarted, with a step open',
    [done, remote],
    `${there}restarted\n`,
    'the node was restarted while the run was on it; how move ended is not known',
  ],
  ['never opened', [], 'bundle there\nepoch 0\n', 'it was cut off while the bundle was being opened'],
  ['a local step open', [local], there, 'the runner is gone from ana@desk; how move ended is not known'],
  [
    "a local step open, nobody's",
    [nobodys],
    there,
    'the runner is gone from its workstation; how move ended is not known',
  ],
  [
    'a remote step open',
    [done, remote],
    there,
    'what watched the step on the node is gone; how move ended is not known',
  ],
  ['between two steps', [done], there, 'its runner is gone, and left no word'],
])('why a run is lost: %s', (_title, steps, evidence, why) => {
  expect(whyLost(steps, parseEvidence(evidence))).toBe(why)
})
