import { setMaxListeners } from 'node:events'
import { eachOf } from './bounded.ts'
import { whyHalted } from './halt.ts'
import type { Ended } from './told.ts'
import type { Ports } from './types.ts'
import type { WaitingRun } from './waiting.ts'

/** How many logins are made at the same time. */
export const mostLogins = 8

/** A node's run whose turn comes. Never throws for what the node or an op did. */
export interface InTurn {
  readonly node: string
  /** @param halt when aborted, it halts after its current step. */
  goOn(halt: AbortSignal): Promise<Ended>
  /** Its turn does not come, for this reason. */
  pass(why: string): Promise<Ended>
}

export interface Turns extends Pick<Ports, 'halt' | 'stop'> {
  /** The most nodes at a time. */
  readonly parallel: number
}

/** Runs one node after the other, or several at a time. After the first that is not OK no other begins, and those under way halt after their current step. */
export async function inTurns(runs: readonly InTurn[], { parallel, ...wishes }: Turns): Promise<readonly Ended[]> {
  const over = new AbortController()
  const halt = AbortSignal.any([wishes.halt, over.signal].filter((signal) => signal !== undefined))
  // Each run under way listens to them, which Node.js takes for a leak where there are more than ten.
  for (const signal of [halt, wishes.stop]) if (signal !== undefined) setMaxListeners(0, signal)
  return eachOf(runs, parallel, async (run) => {
    const why = whyHalted({ ...wishes, halt })
    const ended = await (why === undefined ? run.goOn(halt) : run.pass(why))
    if (ended.exitCode !== 0) over.abort(haltedBy(ended))
    return ended
  })
}

function haltedBy({ node, status }: Ended): string {
  return `halted, as ${node} ended ${status}`
}

/**
 * Reaches all nodes, then takes the locks, in the order of the nodes' names: so of two who want some of the same nodes one
 * gets them all. Undefined when all are taken; else all are given back, and it is told how each ended.
 * @param links as many connections are kept; of more nodes each is left until its turn comes.
 */
export async function lockAll(runs: readonly WaitingRun[], links: number): Promise<readonly Ended[] | undefined> {
  const sorted = runs.toSorted((a, b) => (a.node < b.node ? -1 : 1))
  for (let at = 0; at < sorted.length; at += links) {
    const ended = await lockSome(sorted.slice(at, at + links), sorted.length > links)
    if (ended.length > 0) return giveBack(runs, ended)
  }
  return undefined
}

/** Stage by stage. Gives the ends of those at which it failed: then nothing more was begun. */
async function lockSome(runs: readonly WaitingRun[], leave: boolean): Promise<readonly Ended[]> {
  const [first, ...others] = runs
  // What a person answers for the first login serves the others.
  const all = [await first?.reach(), ...(await eachOf(others, mostLogins, (run) => run.reach()))]
  const failed = all.filter((ended) => ended !== undefined)
  if (failed.length > 0) return failed
  const stages = [(run: WaitingRun) => run.begin(), (run: WaitingRun) => run.lock()]
  if (leave) stages.push((run) => run.park())
  for (const stage of stages) {
    for (const run of runs) {
      const ended = await stage(run)
      if (ended !== undefined) return [ended]
    }
  }
  return []
}

async function giveBack(runs: readonly WaitingRun[], [ended]: readonly Ended[]): Promise<readonly Ended[]> {
  const because = ended === undefined ? '' : `, as ${ended.node} ended ${ended.status}`
  return eachOf(runs, mostLogins, (run) => run.release(`it was not begun${because}`))
}
