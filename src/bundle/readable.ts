import { bundleFormat, byHand } from '../journal/holder.ts'
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

/** Whether a person took the lock without conc: it has no plan then, and nobody but them knows what is done. */
export function isTakenByHand({ holder, plan }: Pick<BundleReport, 'holder' | 'plan'>): boolean {
  return plan === undefined && holder?.conc === byHand
}

/** Whether all is there that tells where the run stands: its plan, and its journal from the beginning. */
export function isWhole({ plan, holder, journal }: Pick<BundleReport, 'plan' | 'holder' | 'journal'>): boolean {
  return plan !== undefined && journal.records.some((record) => record.kind === 'open' && record.run === holder?.run)
}

/** Why nobody can say from a bundle which steps there are or what was done; undefined when it is all there. */
export function whyUnclear(report: BundleReport, bundle: string, node: string): UsageError | undefined {
  const { holder } = report
  if (holder === undefined) return undefined
  const unclear = (what: string) =>
    new UsageError(`${node}: ${what} conc unlock ${node} --id ${holder.run} -m ${quote('WHY')}. Nothing was changed.`)
  if (isTakenByHand(report)) {
    return unclear(
      `${describeHolder(report, bundle)} It was taken by hand: who took it knows what is done, conc does not. They release it by hand; if nobody does:`,
    )
  }
  const damage = damageOf(report, holder.run, bundle, node)
  if (damage !== undefined)
    return unclear(
      `${damage} Use ${writerOf(holder)}, or finish by hand (commands.txt in ${bundle}) and give the run up:`,
    )
  if (isWhole(report)) return undefined
  return unclear(
    `the journal of run ${holder.run} has lost its beginning, so nobody can say what was done. Finish by hand (commands.txt in ${bundle}), and give the run up:`,
  )
}

function damageOf({ plan, journal }: BundleReport, run: string, bundle: string, node: string): string | undefined {
  if (plan === undefined)
    return `the plan of run ${run}, ${bundle}/plan.json, can't be read: it is damaged, or of another version.`
  const strange = journal.strange.find(({ text }) => !isCutShort(text))
  if (strange === undefined) return undefined
  return `line ${strange.line} of the journal of run ${run} can't be read, so nobody can say what was done: it is damaged, or of another version. conc log ${node} shows it.`
}
