import { leave } from '../bundle/hold.ts'
import { messageOf } from '../words/errors.ts'
import { tellCut } from './cut.ts'
import { closeLink } from './link.ts'
import { closeLocalBundle } from './localbundle.ts'
import { reattach } from './reattach.ts'
import { safely } from './thrown.ts'
import type { Ended, Telltale, Told } from './told.ts'
import type { Run, WalkEnd } from './types.ts'

/** Walks, mends the line where it was cut, says how it ended, and leaves the node: on the record when the run stays there. */
export async function conclude(
  started: Run,
  told: Told,
  go: () => Promise<WalkEnd>,
  how: Pick<Telltale, 'ways' | 'attempted'> = {},
): Promise<Ended> {
  const { log, ports, durable } = started
  let run = started
  let end = await safely(go)
  while (end.cut !== undefined && log.open) {
    const again = await reattach(run, end, end.cut, told.steps).catch(messageOf)
    if (typeof again === 'string') end = { ...end, why: again }
    if (again === undefined || typeof again === 'string') break
    const beyondMending = again.end.cut === end.cut
    run = again.run
    end = again.end
    if (beyondMending) break
  }
  if (end.cut !== undefined) tellCut(run.emit, end.cut)
  const holding = log.open
  if (holding && end.status === 'STOPPED') {
    await leave(run.link.session, ports.who, whyLeft(end, ports.who)).catch(() => {})
  }
  // Without the node's bundle nothing can be resumed: the workstation's own would only lock out the next run.
  const gone = !holding && !told.resumed && (end.status !== 'ERROR' || end.exitAs !== undefined)
  if (gone) await closeLocalBundle(ports.home, run.plan.bundle, run.id).catch(() => {})
  await closeLink(run.link)
  return told.end(end, { holding, durable, ...how })
}

/** What the journal says of a halt. A step that had begun was ended by whoever runs it: nothing else stops one. */
function whyLeft({ step, begun, why }: WalkEnd, who: string): string {
  const reason = why === undefined ? '' : `: ${why}`
  const name = step?.name ?? '-'
  return begun ? `${name} was ended by ${who}${reason}` : `before ${name}${reason}`
}
