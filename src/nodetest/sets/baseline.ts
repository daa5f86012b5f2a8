// What a node is like, compared with what was recorded of it by `conc test NODE --baseline`.

import { describe, expect, test, Unknown } from 'conc-deploy/test'
import { inventory, inventoryKinds } from '../../questions/inventory.ts'
import { drift, driftLines, type Facts, isList } from '../baseline.ts'

/** As conc provides it: plain data. */
interface Recorded {
  readonly as?: string
  readonly facts: Readonly<Record<string, Facts>>
}

/** Milliseconds: to look for set-user-ID files may take two minutes, whatever other tests may take. */
const timeout = 140_000

describe('baseline', () => {
  for (const kind of inventoryKinds) {
    test(kind, { timeout }, async ({ node, skip }) => {
      const recorded = node.data.baseline as Recorded
      const before = recorded.facts[kind]
      if (before === undefined) return skip('the baseline has none: it was recorded by another version of conc')
      if (!isList(before)) throw new Unknown(`it could not be recorded: ${before.unknown}`)
      const { ask } = recorded.as === undefined ? node : node.sudo(recorded.as)
      const lines = driftLines(drift(before, await inventory(ask, kind, node.name)))
      if (lines.length > 0) expect.fail(`${kind} of ${node.name} drifted from the baseline:\n${lines.join('\n')}`)
    })
  }
})
