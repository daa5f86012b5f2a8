import { setTimeout as sleep } from 'node:timers/promises'
import type { BundleReport } from '../bundle/read.ts'
import { whyForeign } from '../bundle/readable.ts'
import type { RunReport } from '../bundle/run.ts'
import { nothingSeen } from '../run/sights.ts'
import { type Watched, type Watching, watchRun } from '../run/watch.ts'
import { BrokenError, LostError, messageOf, UnreachableError, UsageError } from '../words/errors.ts'
import type { Deploy } from './deploy.ts'
import { inHistory } from './history.ts'
import type { Workplace } from './workplace.ts'

/** Who watches a run. */
export interface Watcher extends Watching {
  /** Is told first whose run it is. */
  readonly begin: (report: BundleReport) => void
  /** Is told that the line was lost, and how long it waits, in milliseconds, before it logs in again. */
  readonly cut: (cause: string, wait: number) => void
}

/** Waits between the tries, in milliseconds: two minutes in all. Nothing is lost by a long one: the node keeps what is printed. */
const waits = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 30_000, 30_000]

/**
 * Watches the run that holds a node's bundle until it is RUNNING no more, from where it was cut off when the line is
 * lost. Gives how it stands then, undefined when left. Throws UsageError when there is none; LostError when the
 * node can't be reached again in time.
 */
export async function watch(
  deploy: Deploy,
  node: string,
  place: Workplace,
  watcher: Watcher,
): Promise<RunReport | undefined> {
  const { leave, begin } = watcher
  const seen = nothingSeen()
  let watched: Watched | undefined
  for (let tries = 0; !leave.aborted; ) {
    try {
      return await inHistory(deploy, node, place, async (session, { bundle, folder, report }) => {
        const first = watched === undefined
        watched ??= { run: runOf(report, bundle, node), bundle, history: folder }
        if (first) begin(report)
        tries = 0
        const stood = await watchRun(session, watched, seen, watcher)
        if (stood === undefined && !leave.aborted) throw new BrokenError(nowhere(watched, node))
        return stood
      })
    } catch (cause) {
      if (watched === undefined || !isCut(cause)) throw cause
      const wait = waits[tries++]
      if (wait === undefined) throw new LostError(`${node}: ${messageOf(cause)}. Look again: conc status ${node}.`)
      watcher.cut(messageOf(cause), wait)
      await sleep(wait, undefined, { signal: leave }).catch(() => {})
    }
  }
  return undefined
}

function runOf(report: BundleReport, bundle: string, node: string): string {
  const foreign = whyForeign(report, bundle, node)
  if (foreign !== undefined) throw foreign
  const { holder, evidence } = report
  if (holder !== undefined) return holder.run
  throw new UsageError(
    evidence.bundle === 'none'
      ? `no run on ${node} to follow. The last one: conc log ${node}.`
      : `${bundle} on ${node} names no run to follow. Look again: conc status ${node}.`,
  )
}

function nowhere({ run, bundle, history }: Watched, node: string): string {
  return `${node}: run ${run} is neither in ${bundle} nor in ${history} any more: somebody removed it.`
}

function isCut(cause: unknown): boolean {
  return cause instanceof LostError || cause instanceof UnreachableError
}
