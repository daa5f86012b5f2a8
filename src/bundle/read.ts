import type { Session } from '../agent/session.ts'
import { type Evidence, parseEvidence } from '../journal/evidence.ts'
import { type Holder, parseHolder } from '../journal/holder.ts'
import { type Journal, parseJournal } from '../journal/records.ts'
import { type NodeState, nodeState, type StepState, stepStates } from '../journal/state.ts'
import { type KeptPlan, parsePlan } from './plan.ts'

/** All that a bundle says about itself. */
export interface BundleReport {
  readonly state: NodeState
  readonly evidence: Evidence
  /** Absent while a bundle is being opened, and in one that was made by hand. */
  readonly holder?: Holder
  readonly plan?: KeptPlan
  readonly journal: Journal
  readonly steps: readonly StepState[]
}

/** Reads the bundle at `path` in one round trip. Evidence comes first, so that the journal is never older than it. */
export async function readBundle(session: Session, path: string): Promise<BundleReport> {
  const [look, holder, plan, journal] = await Promise.all([
    session.ask('look', path),
    session.ask('cat', `${path}/holder`),
    session.ask('cat', `${path}/plan.json`),
    session.ask('cat', `${path}/journal`),
  ])
  const [seen, held, planned, written] = [look, holder, plan, journal].map(({ stdout }) => stdout.toString('utf8'))
  return report(parseEvidence(seen ?? ''), held ?? '', planned ?? '', written ?? '')
}

/** What the texts of a bundle mean together. */
export function report(evidence: Evidence, holderText: string, planText: string, journalText: string): BundleReport {
  const journal = parseJournal(journalText)
  const plan = parsePlan(planText)
  const holder = parseHolder(holderText)
  const steps = stepStates(plan?.steps ?? [], journal, evidence)
  return {
    state: nodeState(steps, journal, evidence),
    evidence,
    journal,
    steps,
    ...(holder === undefined ? {} : { holder }),
    ...(plan === undefined ? {} : { plan }),
  }
}
