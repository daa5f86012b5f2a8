import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadOps } from '../../src/ops/load.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { startNode } from '../run/scene.ts'
import { endedTrial } from './power.ts'
import { canCutPower, type Disk } from './powernode.ts'
import { randomFrom } from './random.ts'

let sshd: Sshd
beforeAll(async () => {
  sshd = await startNode()
  await loadOps(['open-bundle', 'close-bundle', 'deliver', 'sh'], process.cwd())
})
afterAll(() => sshd.stop())

const disks: readonly (readonly [string, Disk])[] = [
  ['on the disk of the home', {}],
  ['on a disk of its own', { apart: true }],
  ['on a disk that keeps no order of names', { unordered: true }],
  ['on a disk of its own that keeps no order of names', { apart: true, unordered: true }],
]

describe.runIf(canCutPower())('a run that ended with 0 is over after a power cut', () => {
  test.each(disks)('with the bundle %s', async (_, disk) => {
    expect(await endedTrial({ sshd, tally: new Map(), random: randomFrom(1) }, disk)).toEqual([])
  })
})
