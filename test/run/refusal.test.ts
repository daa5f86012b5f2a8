import { expect, test } from 'vitest'
import { notBegun } from '../../src/run/refusal.ts'
import { plan } from '../jobs/plans.ts'

test('where what runs the steps was killed nobody claims that the node had not heard from the run', async () => {
  const [step] = (await plan(['remote run true'])).steps
  if (step === undefined) throw new Error('no step')
  const why = 'what runs the steps on the node was killed, and told nothing of this one'
  expect(notBegun('killed', step)).toEqual({ status: 'ERROR', why, step })
})
