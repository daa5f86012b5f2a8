import type { Session } from '../../agent/session.ts'
import { describeHolder } from '../../bundle/hold.ts'
import { readBundle } from '../../bundle/read.ts'
import type { NodeState } from '../../journal/state.ts'
import { quote } from '../../plan/quote.ts'
import { type Finding, good, wrong } from './finding.ts'

/** What leads on from each state. */
const ways: Readonly<Record<NodeState, string>> = {
  FREE: 'status',
  RUNNING: 'halt',
  STOPPED: 'resume',
  FAILED: 'status',
  LOST: 'status',
}

/** Who holds the bundle, and in which state; `conc` is how conc is called. */
export async function holderOf(session: Session, bundle: string, node: string, conc: string): Promise<Finding> {
  const report = await readBundle(session, bundle)
  const { evidence, state } = report
  if (evidence.bundle === 'none') return good('bundle', `${bundle} is free`)
  const mend = evidence.bundle === 'foreign' ? `ls -ld ${quote(bundle)}` : `${conc} ${ways[state]} ${node}`
  return wrong('bundle', describeHolder(report, bundle), mend)
}
