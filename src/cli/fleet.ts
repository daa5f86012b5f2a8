import { askingInTurn } from '../operations/reach.ts'
import type { Workplace } from '../operations/workplace.ts'
import { visibleLine } from '../report/clean.ts'
import { eachOf } from '../run/bounded.ts'
import { mostLogins } from '../run/fleet.ts'
import { ConcError } from '../words/errors.ts'
import { worstOf } from '../words/worst.ts'
import type { World } from './world.ts'

/** What a person may say of a run on several nodes. */
export interface FleetCommandOptions {
  /** A pattern: only those of the nodes that it names too. */
  readonly limit?: string
  /** The most nodes at a time. */
  readonly parallel?: string
}

/** The nodes at a time, as a number; what is none is left to be refused. */
export function parallelOf({ parallel }: FleetCommandOptions): { readonly parallel?: number } {
  return parallel === undefined ? {} : { parallel: /^\d+$/.test(parallel) ? Number(parallel) : Number.NaN }
}

/**
 * Asks several nodes at the same time, and tells their answers in their order. What stands in the way of one is said, and
 * keeps no other from being told. Gives the worst exit code; of one node alone what it throws is thrown.
 */
export async function askEach<Answer>(
  nodes: readonly string[],
  world: World,
  ask: (node: string, place: Workplace) => Promise<Answer>,
  tell: (answer: Answer, node: string) => number,
): Promise<number> {
  const [first, ...others] = nodes
  if (first === undefined) return 0
  if (others.length === 0) return tell(await ask(first, world), first)
  const place = askingInTurn(world)
  const tellings = await eachOf(nodes, mostLogins, async (node) => {
    const answer = await ask(node, place).catch(obstacle)
    return () => (answer instanceof ConcError ? sayObstacle(answer, node, world) : tell(answer, node))
  })
  const ends = tellings.map((telling) => ({ exitCode: telling() }))
  return worstOf(ends)?.exitCode ?? 0
}

function obstacle(cause: unknown): ConcError {
  if (cause instanceof ConcError) return cause
  throw cause
}

function sayObstacle({ message, exitCode }: ConcError, node: string, world: World): number {
  world.say(`conc: ${node}: ${visibleLine(message)}\n`)
  return exitCode
}
