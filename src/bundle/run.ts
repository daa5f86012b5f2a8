import type { Session } from '../agent/session.ts'
import { pastState, type RunState } from '../journal/ending.ts'
import { type BundleReport, readBundle } from './read.ts'

/** What a run has left on the node: in the bundle, or in the history. */
export interface RunReport extends Omit<BundleReport, 'state'> {
  readonly run: string
  /** Whether it holds the bundle. */
  readonly current: boolean
  readonly state: RunState
}

/** Reads the past run that lies in `folder`, in one round trip. */
export async function readPastRun(session: Session, folder: string, run: string): Promise<RunReport> {
  const report = await readBundle(session, folder)
  return { ...report, run, current: false, state: pastState(report.journal) }
}

/** The run that holds the bundle; undefined where none does. */
export function currentRun(report: BundleReport): RunReport | undefined {
  const { state, holder } = report
  if (state === 'FREE' || holder === undefined) return undefined
  return { ...report, run: holder.run, current: true, state }
}

/** When a run began and, where it is over, ended: by its journal, in the node's time. */
export function spanOf({ journal: { records }, current }: Pick<RunReport, 'journal' | 'current'>) {
  const began = records[0]?.time
  const ended = current ? undefined : records.at(-1)?.time
  return { ...(began === undefined ? {} : { began }), ...(ended === undefined ? {} : { ended }) }
}
