import type { Session } from '../../agent/session.ts'
import { type Entry, type Host, OpFailed, type Received, type ReceiveOptions } from '../../ops/types.ts'
import { isSmall, Read } from './blob.ts'
import { Delivery } from './delivery.ts'
import { sortOut } from './sort.ts'
import { sumsOf } from './sums.ts'
import { checkNames, survey } from './survey.ts'

/** Makes entries in a folder of the node: asks what it has, sends the rest, and shows each file only when it is whole. */
export async function receive(
  session: Session,
  more: () => Promise<Session>,
  folder: string,
  entries: readonly Entry[],
  from: Host,
  options: ReceiveOptions = {},
): Promise<Received> {
  checkNames(entries)
  const files = entries.filter((entry) => entry.kind === 'file')
  const read = new Read()
  const [seen, known] = await Promise.all([
    survey(session, folder, entries, options.against),
    sumsOf(from, options.against === undefined ? files.filter(isSmall) : files, read, options.signal),
  ])
  const unknown = files.filter(({ path }) => !known.has(path) && seen.sums.has(path))
  const sums = new Map([...known, ...(await sumsOf(from, unknown, read, options.signal))])
  const sorted = sortOut(entries, seen, sums)
  const [obstacle] = options.replaces ? [] : sorted.inTheWay
  if (obstacle !== undefined) {
    throw new OpFailed(
      `${folder}/${obstacle} is a ${seen.kinds.get(obstacle)} on the node, and something else here. Remove it there.`,
    )
  }
  const delivery = new Delivery({ session, more, folder, from, sums, read, seen, options })
  return delivery.make(sorted, entries)
}
