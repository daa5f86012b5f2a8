import type { Session } from '../agent/session.ts'
import { type KeptOutput, listOutputs, readOutputs } from '../bundle/outputs.ts'
import { currentRun, type RunReport, readPastRun } from '../bundle/run.ts'
import type { Deploy } from './deploy.ts'
import { findRun, type History, inHistory } from './history.ts'
import type { Workplace } from './workplace.ts'

/** All runs that a node knows of. */
export interface Runs {
  readonly app: string
  /** The node's clock when they were read, ISO 8601. */
  readonly now: string
  /** Newest first. */
  readonly runs: readonly RunReport[]
}

/** Reads the run that holds the bundle and the past ones. */
export function readRuns(deploy: Deploy, node: string, place: Workplace): Promise<Runs> {
  return inHistory(deploy, node, place, async (session, history) => {
    const [now, runs] = await Promise.all([clockOf(session), allRuns(session, history)])
    return { app: history.app, now, runs }
  })
}

/** One run with all that is to be shown of it. */
export interface WholeRun extends Omit<Runs, 'runs'> {
  readonly report: RunReport
  readonly outputs: readonly KeptOutput[]
  /** The runs before it, newest first. */
  readonly before: readonly RunReport[]
}

// A page that a browser still opens: for all outputs together, and for each.
const mostBytes = 8 * 1024 * 1024
const mostOfOne = 64 * 1024
const leastOfOne = 2 * 1024

/** Reads the run with this id, else the current or the last one, with what its steps printed. Throws UsageError when there is none. */
export function readWholeRun(deploy: Deploy, node: string, place: Workplace, id?: string): Promise<WholeRun> {
  return inHistory(deploy, node, place, async (session, history) => {
    const { run, folder } = findRun(history, node, id)
    const [now, runs, files] = await Promise.all([
      clockOf(session),
      allRuns(session, history),
      listOutputs(session, folder),
    ])
    const at = runs.findIndex((each) => each.run === run)
    const report = runs[at] ?? (await readPastRun(session, folder, run))
    const most = Math.max(leastOfOne, Math.min(mostOfOne, Math.floor(mostBytes / files.length)))
    const outputs = await readOutputs(session, folder, files, most)
    return { app: history.app, now, report, outputs, before: at < 0 ? [] : runs.slice(at + 1) }
  })
}

// The node keeps 20; one that names more is not read to its end.
const mostPast = 20
// Read at the same time: as much as one may send of each, four are no danger to the workstation's memory.
const together = 4

async function allRuns(session: Session, { report, past, folder }: History): Promise<readonly RunReport[]> {
  const current = currentRun(report)
  const runs = current === undefined ? [] : [current]
  const newest = past.slice(-mostPast).reverse()
  for (let from = 0; from < newest.length; from += together) {
    const some = newest.slice(from, from + together)
    runs.push(...(await Promise.all(some.map((run) => readPastRun(session, `${folder}/${run}`, run)))))
  }
  return runs
}

/** The node's clock, by which its journal is written. */
async function clockOf(session: Session): Promise<string> {
  return (await session.ask('date', '-u', '+%Y-%m-%dT%H:%M:%SZ')).stdout.toString('utf8').trim()
}
