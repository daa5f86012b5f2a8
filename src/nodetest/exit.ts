import type { Counts } from '../ops/tests.ts'
import type { ExitName } from '../words/status.ts'

/** What became of all nodes together. */
export interface Sum {
  readonly counts: Counts
  /** Files that could not be loaded, one that is broken on several nodes counting once. */
  readonly broken: number
  /** Nodes without a login, or whose login was lost. */
  readonly unreachable: number
  /** Errors that belong to no test. */
  readonly strays: readonly string[]
  readonly stopped: boolean
}

/** How a run of tests ends. */
export interface End {
  readonly exit: ExitName
  readonly status: 'OK' | 'FAILED' | 'ERROR' | 'STOPPED'
  readonly why?: string
}

/** The worst counts: a run that can't be judged, then a test that failed, then a node that was not reached. */
export function exitOf({ counts, broken, unreachable, strays, stopped }: Sum): End {
  const { pass, fail, skip, unknown } = counts
  if (stopped) return { exit: 'stopped', status: 'STOPPED', why: 'it was stopped' }
  if (broken > 0)
    return { exit: 'usage', status: 'ERROR', why: `${broken} test ${broken === 1 ? 'file is' : 'files are'} broken` }
  if (strays.length > 0) return { exit: 'failed', status: 'FAILED', why: strays.join('\n') }
  if (fail + unknown > 0) return { exit: 'failed', status: 'FAILED' }
  if (unreachable > 0) return { exit: 'unreachable', status: 'ERROR' }
  if (pass + skip === 0) return { exit: 'usage', status: 'ERROR', why: 'no test was found' }
  return { exit: 'ok', status: 'OK' }
}
