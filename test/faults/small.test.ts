import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadOps } from '../../src/ops/load.ts'
import { isRoot, type Sshd } from '../fixtures/sshd.ts'
import { startNode } from '../run/scene.ts'
import { campaign } from './campaign.ts'
import { brokenTrial, type Fault, faults } from './faults.ts'

const seed = 20_261_120

/** A disk of its own for the bundle is root's to mount. */
const possible = faults.filter(({ name, few }) => few > 0 && (isRoot || !name.startsWith('disk')))

let sshd: Sshd
beforeAll(async () => {
  sshd = await startNode({ config: ['MaxStartups 200:30:400'] })
  await loadOps(['open-bundle', 'close-bundle', 'deliver', 'sh'], process.cwd())
})
afterAll(() => sshd.stop())

describe('under faults no step is lost, none runs twice, and nothing untrue is told', () => {
  test.each(possible)('$name', { timeout: 60_000 }, async (fault) => {
    const [row] = await campaign(sshd, [fault], { seed, width: 2, trials: ({ few }) => few })
    expect(row?.trials).toBe(fault.few)
    expect(row?.violations).toEqual([])
  })
})

test('a runner that runs again unasked is caught', { timeout: 60_000 }, async () => {
  const careless: Fault = { name: 'careless runner', full: 0, few: 1, trial: brokenTrial }
  const [row] = await campaign(sshd, [careless], { seed, width: 1, trials: ({ few }) => few })
  expect(row?.violations.flatMap(({ found }) => found).join('\n')).toContain('(a) r3 ran 2 times, and 1 were asked for')
})
