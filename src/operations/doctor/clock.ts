import type { Session } from '../../agent/session.ts'
import { type Finding, good } from './finding.ts'

/** How far the node's clock is from the workstation's: stated, as conc decides nothing by it. */
export async function clockOf(session: Session, now: () => Date): Promise<Finding> {
  const asked = now().getTime()
  const answer = Number((await session.ask('date', '+%s')).stdout.toString('utf8'))
  const off = Math.round(answer - (asked + now().getTime()) / 2000)
  return good(
    'clock',
    Math.abs(off) <= 60 ? 'agrees with the workstation' : `differs by ${off} s; conc decides nothing by it`,
  )
}
