import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadOps } from '../../src/ops/load.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { startNode } from '../run/scene.ts'
import { brokenAgents, carelessRunner } from './broken.ts'
import type { Fault } from './fault.ts'
import { forgetfulNode } from './power.ts'
import { canCutPower } from './powernode.ts'
import { randomFrom } from './random.ts'

/** Shell functions that take the place of the agent's own, as they come last. */
const broken = vi.hoisted(() => ({ override: '' }))
vi.mock(import('../../src/agent/program.ts'), async (original) => {
  const program = await original()
  return { ...program, agentProgram: async () => `${await program.agentProgram()}\n${broken.override}` }
})

let sshd: Sshd
beforeAll(async () => {
  sshd = await startNode({ config: ['MaxStartups 200:30:400'] })
  await loadOps(['open-bundle', 'close-bundle', 'deliver', 'sh'], process.cwd())
})
afterEach(() => {
  broken.override = ''
})
afterAll(() => sshd.stop())

/** All that one trial finds, a line each. */
async function found(trial: Fault['trial']): Promise<string> {
  return (await trial({ sshd, tally: new Map(), random: randomFrom(1) })).join('\n')
}

describe('what is broken on purpose is caught', () => {
  test.each(brokenAgents)('an agent that $name', { timeout: 60_000 }, async ({ override, trial, found: expected }) => {
    expect(await found(trial), 'with the agent as it is').not.toContain(expected)
    broken.override = override
    expect(await found(trial)).toContain(expected)
  })

  test('a runner that runs again unasked', { timeout: 60_000 }, async () => {
    expect(await found(carelessRunner)).toContain('(a) r3 ran 2 times, and 1 were asked for')
  })

  test.runIf(canCutPower())(
    'a node that forgets in a power cut what was told as done',
    { timeout: 60_000 },
    async () => {
      expect(await found((setting) => forgetfulNode(setting, 'no'))).toContain('(b) l1 was told OK and stands')
      expect(await found((setting) => forgetfulNode(setting, 'yes'))).toBe('')
    },
  )
})
