import { expect, test } from 'vitest'
import { exitOf, type Sum } from '../../src/nodetest/exit.ts'
import { noCounts } from '../../src/nodetest/tally.ts'

const counts = (some: Partial<Sum['counts']>) => ({ ...noCounts, ...some })

test.each<[string, string, string, Partial<Sum>]>([
  ['ok', 'OK', 'all pass', { counts: counts({ pass: 2 }) }],
  ['ok', 'OK', 'all are skipped', { counts: counts({ skip: 1 }) }],
  ['failed', 'FAILED', 'one fails', { counts: counts({ pass: 2, fail: 1 }) }],
  ['failed', 'FAILED', 'one is unknown', { counts: counts({ pass: 2, unknown: 1 }) }],
  ['failed', 'FAILED', 'an error belongs to no test', { counts: counts({ pass: 2 }), strays: ['oh'] }],
  ['usage', 'ERROR', 'there is no test', {}],
  ['usage', 'ERROR', 'a file is broken, though others fail', { counts: counts({ fail: 1 }), broken: 1 }],
  [
    'unreachable',
    'ERROR',
    'a node is not reached, and the others pass',
    { counts: counts({ pass: 1 }), unreachable: 1 },
  ],
  ['failed', 'FAILED', 'a node is not reached, and a test fails', { counts: counts({ fail: 1 }), unreachable: 1 }],
  ['unreachable', 'ERROR', 'no node is reached', { unreachable: 2 }],
  ['stopped', 'STOPPED', 'it was stopped, whatever failed', { counts: counts({ fail: 1 }), broken: 1, stopped: true }],
])('it ends as %s, %s, when %s', (exit, status, _when, some) => {
  const sum = { counts: noCounts, broken: 0, unreachable: 0, strays: [], stopped: false, ...some }
  expect(exitOf(sum)).toMatchObject({ exit, status })
})
