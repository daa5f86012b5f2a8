import { randomBytes } from 'node:crypto'
import { messageOf } from '../words/errors.ts'
import { Broker } from './broker.ts'
import type { NodeTally } from './ends.ts'
import { findTests, type TestFile } from './find.ts'
import { noCounts } from './tally.ts'
import type { Reached, TestInput, TestNode } from './types.ts'

/** Nodes that are logged in to at the same time. */
const abreast = 16

/** A node with its selected files, and what becomes of it. */
export interface Tested extends NodeTally {
  readonly node: TestNode
  readonly selected: readonly TestFile[]
  readonly token: string
  readonly begun: number
  reached?: Reached
  broker?: Broker
  /** Why there was no login. */
  unreachable?: string
  /** Its end was told, and its login is being closed. */
  closing?: Promise<void>
}

/** Throws UsageError for a built-in set that there is not. */
export async function testedOf(node: TestNode, { folder, selection }: TestInput): Promise<Tested> {
  const selected = await findTests(node, folder, selection)
  const token = randomBytes(16).toString('hex')
  const begun = performance.now()
  return { node, selected, token, begun, counts: noCounts, broken: new Set(), files: selected.length }
}

/** Logs in to every node, some at a time, until the signal. @param onMissed is called for each that there is no login to. */
export async function reachAll(
  all: readonly Tested[],
  signal: AbortSignal | undefined,
  onMissed: (tested: Tested) => void,
): Promise<void> {
  const waiting = [...all]
  const next = async () => {
    for (let tested = waiting.shift(); tested !== undefined && !signal?.aborted; tested = waiting.shift()) {
      await reach(tested)
      if (tested.unreachable !== undefined) onMissed(tested)
    }
  }
  await Promise.all(Array.from({ length: Math.min(abreast, waiting.length) }, next))
}

async function reach(tested: Tested): Promise<void> {
  try {
    tested.reached = await tested.node.reach()
    tested.broker = new Broker(tested.reached.host)
  } catch (thrown) {
    tested.unreachable = messageOf(thrown)
  }
}

/** Why nothing more is known of a node; undefined while it is there. */
export function goneOf({ unreachable, broker }: Tested): string | undefined {
  return unreachable ?? broker?.lost
}
