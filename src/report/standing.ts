import type { RunReport } from '../bundle/run.ts'
import { decisiveStep, type RunState } from '../journal/ending.ts'
import { whyLost } from '../journal/lost.ts'
import { exitCodeOf, exitCodes, type Status } from '../words/status.ts'
import { reasonOf } from './marks.ts'

type Paint = 'green' | 'red' | 'yellow' | 'cyan'

/** The colour of each state of a run. */
export const runPaints: Readonly<Record<RunState, Paint>> = {
  OK: 'green',
  RUNNING: 'cyan',
  STOPPED: 'yellow',
  'GIVEN UP': 'yellow',
  FAILED: 'red',
  LOST: 'red',
  UNKNOWN: 'red',
}

type Stood = Pick<RunReport, 'state' | 'steps' | 'evidence' | 'journal'>

/** What there is to say of how a run stands, beside its state: at which step, and why. Empty where there is nothing. */
export function standing({ state, steps, evidence, journal }: Stood): string {
  const step = decisiveStep(steps)
  const at = step === undefined ? '' : `at ${step.n} ${step.name}`
  const why = step === undefined ? undefined : reasonOf(step)
  switch (state) {
    case 'OK':
      return ''
    case 'LOST':
      return whyLost(steps, evidence)
    case 'UNKNOWN':
      return 'its journal does not tell how it ended'
    case 'GIVEN UP': {
      const last = journal.records.findLast((record) => record.kind === 'unlock')
      const stood = step === undefined ? '' : `${at}, ${step.status}`
      return [stood, last?.kind === 'unlock' && last.why].filter(Boolean).join(': ')
    }
    default:
      return why === undefined ? at : `${at}: ${why}`
  }
}

/** The exit code that tells how a run stands. */
export function exitCodeOfRun({ state, steps }: Pick<RunReport, 'state' | 'steps'>): number {
  switch (state) {
    case 'OK':
      return exitCodes.ok.code
    case 'STOPPED':
    case 'GIVEN UP':
      return exitCodes.stopped.code
    case 'FAILED':
      return exitCodeOf(failures.find((status) => decisiveStep(steps)?.status === status) ?? 'FAILED')
    default:
      return exitCodes.error.code
  }
}

const failures: readonly Status[] = ['FAILED', 'TIMED OUT', 'ERROR']
