import { describeHolder, describeOccupant } from '../bundle/hold.ts'
import type { BundleReport } from '../bundle/read.ts'
import { whyForeign, whyUnclear } from '../bundle/readable.ts'
import { BlockedError, type ConcError, UsageError } from '../words/errors.ts'

/** Why a bundle can't be resumed as it is; undefined when it can. */
export function whyNotResumable(report: BundleReport, bundle: string, node: string, now?: Date): ConcError | undefined {
  const { evidence, holder } = report
  if (evidence.bundle === 'none') return new UsageError(`nothing to resume on ${node}: no run holds ${bundle}.`)
  if (evidence.bundle === 'foreign' || holder === undefined) return new BlockedError(describeHolder(report, bundle))
  const foreign = whyForeign(report, bundle, node)
  if (foreign !== undefined) return foreign
  if (evidence.attended) {
    return new BlockedError(
      `${describeHolder(report, bundle, now)} ${describeOccupant(report, `Its runner is connected; to stop it: conc halt ${node}.`)}`,
    )
  }
  return whyUnclear(report, bundle, node)
}
