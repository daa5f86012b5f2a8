import { bundleFormat } from '../journal/holder.ts'
import { isCutShort } from '../journal/records.ts'
import { quote } from '../plan/quote.ts'
import { UsageError } from '../words/errors.ts'
import { describeHolder, writerOf } from './hold.ts'
import type { BundleReport } from './read.ts'

/** Why this version of conc can't say what a bundle's files mean; undefined when it can. */
export function whyForeign(report: BundleReport, bundle: string, node: string): UsageError | undefined {
  const { holder } = report
  if (holder === undefined || holder.format === bundleFormat) return undefined
  const format = holder.format === '' ? 'it names no format' : `its format is ${holder.format}`
  return new UsageError(
    `${node}: ${describeHolder(report, bundle)} This version of conc reads format ${bundleFormat}, and ${format}. Use ${writerOf(holder)}; if only the file holder is damaged, mend its line \`format: ${bundleFormat}\`. Nothing was changed.`,
  )
}

/** Why nobody can say from a bundle which steps there are or what was done; undefined when it is all there. */
export function whyUnclear(report: BundleReport, bundle: string, node: string): UsageError | undefined {
  const { holder, plan, journal } = report
  if (holder === undefined) return undefined
  const unclear = (what: string) =>
    new UsageError(
      `${node}: ${what} Use ${writerOf(holder)}, or finish by hand (commands.txt in ${bundle}) and give the run up: conc unlock ${node} --id ${holder.run} -m ${quote('WHY')}. Nothing was changed.`,
    )
  if (plan === undefined) {
    return unclear(
      `the plan of run ${holder.run}, ${bundle}/plan.json, can't be read: it is damaged, or of another version.`,
    )
  }
  const strange = journal.strange.find(({ text }) => !isCutShort(text))
  if (strange === undefined) return undefined
  return unclear(
    `line ${strange.line} of the journal of run ${holder.run} can't be read, so nobody can say what was done: it is damaged, or of another version. conc log ${node} shows it.`,
  )
}
