import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadOps } from '../../src/ops/load.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { startNode } from '../run/scene.ts'
import { campaign } from './campaign.ts'
import { faults } from './faults.ts'

const seed = 20_261_120

const possible = faults.filter(({ few, isPossible }) => few > 0 && (isPossible?.() ?? true))

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
