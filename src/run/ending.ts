import { quote } from '../plan/quote.ts'
import type { Plan } from '../plan/types.ts'
import { exitCodeOf, exitCodes } from '../words/status.ts'
import { resumeOptions, runOptions } from './again.ts'
import type { Happening, Way } from './events.ts'
import { whyBound } from './lock.ts'
import type { Ports, Selection, WalkEnd } from './types.ts'

export type RunEnd = Extract<Happening, { event: 'run-end' }>

export interface Ending {
  readonly plan: Plan
  readonly selection: Selection
  readonly run: string
  /** The bundle is on the node and ours: the run can be resumed. */
  readonly holding: boolean
  readonly durable: boolean
  readonly resumed?: boolean
  /** It was begun on several nodes, and one alone is not begun anew. */
  readonly together?: boolean
  /** The names of the steps that were left out, on purpose or by hand. */
  readonly skipped?: readonly string[]
  readonly ms: number
}

/** The last event of a run: what happened, and the commands that lead on. */
export function runEnd(end: WalkEnd, about: Ending, { conc }: Pick<Ports, 'conc'>): RunEnd {
  const { durable, holding, ms } = about
  const { status } = end
  return {
    ...{ event: 'run-end', status, exitCode: exitCode(end), ms, message: sentence(end, about) },
    ...leadingOn(ways(end, about, conc)),
    ...{ durable, holding },
  }
}

/** The end of what could not be gone on with on these nodes: nothing was changed. */
export function refusedEnd(end: WalkEnd, nodes: readonly string[], conc: string): RunEnd {
  const { status, why: message = '' } = end
  const look: Way = { what: 'look', command: `${conc} status ${nodes.join(' ')}` }
  return {
    ...{ event: 'run-end', status, exitCode: exitCode(end), ms: 0, message },
    ...leadingOn(status === 'BLOCKED' ? [look] : []),
    ...{ durable: true, holding: false },
  }
}

function exitCode({ status, exitAs }: WalkEnd): number {
  return exitAs === undefined ? exitCodeOf(status) : exitCodes[exitAs].code
}

/** The commands that lead on, as a run's end tells them. */
export function leadingOn(ways: readonly Way[]): Pick<RunEnd, 'next' | 'ways'> {
  return { next: ways.map(({ command }) => command), ways }
}

function sentence(end: WalkEnd, { plan, holding, durable, resumed = false, skipped = [] }: Ending): string {
  const { job, node, steps } = plan
  const why = end.why === undefined ? '' : `: ${end.why}`
  const kept = holding ? ' The bundle is kept.' : ''
  const soft = durable ? '' : ' Not durable: the journal was not synced to the disk.'
  if (end.status === 'OK') {
    const done = `${job} ${skipped.length === 0 ? 'is done' : 'ended OK'} on ${node}`
    const without = leftOut(skipped, steps.length)
    return holding
      ? `${done}${without}, and its bundle is still there: it stays locked.${soft}`
      : `${done}${without}.${soft}`
  }
  if (end.status === 'STOPPED')
    return `${sentenceOf(`${job} stopped on ${node} ${place(end, resumed)}${why}`)}${kept}${soft}`
  return `${sentenceOf(`${job} ended ${end.status} on ${node} ${place(end, resumed)}${why}`)}${kept}${soft}`
}

const mostNames = 5

/** Whoever reads that a run ended OK is told what it did not do. */
function leftOut(skipped: readonly string[], all: number): string {
  if (skipped.length === 0) return ''
  const shown = skipped.slice(0, mostNames).join(', ')
  const more = skipped.length - mostNames
  return ` without ${skipped.length} of its ${all} steps (${shown}${more > 0 ? ` and ${more} more` : ''})`
}

function place({ status, step }: WalkEnd, resumed: boolean): string {
  if (step === undefined) return `before its ${resumed ? 'next' : 'first'} step`
  if (status === 'STOPPED') return step.action.kind === 'pause' ? `at ${step.name}` : `at step ${step.n}, ${step.name}`
  return `at step ${step.n}, ${step.name}`
}

function ways(end: WalkEnd, { plan, selection, run, holding, together }: Ending, conc: string): readonly Way[] {
  const { job, node } = plan
  const step = end.step
  const same = resumeOptions(plan, selection, step)
  const look: Way = { what: 'look', command: `${conc} status ${node}` }
  const goOn: Way = { what: 'go on', command: `${conc} resume ${node}${same}` }
  const giveUp: Way = { what: 'give up', command: `${conc} unlock ${node} --id ${run} -m ${quote('WHY')}` }
  if (end.status === 'OK') return holding ? [giveUp] : []
  if (end.status === 'BLOCKED') return [look]
  if (!holding && end.status === 'ERROR' && step?.action.kind === 'open-bundle' && end.exitAs === undefined) {
    return [look, goOn]
  }
  if (!holding)
    return step === undefined || end.exitAs !== undefined || together
      ? []
      : [{ what: 'try again', command: `${conc} run ${job} ${node}${runOptions(plan, selection, step)}` }]
  if (end.status === 'STOPPED' && !end.begun) return [goOn, giveUp]
  if (!needsWord(end)) return [look, goOn, giveUp]
  const name = step?.name ?? 'STEP'
  const retry: Way = { what: 'try again', command: `${conc} resume ${node} --retry${same}` }
  const byHand: Way = { what: 'by hand', command: `${conc} mark ${node} ${name} --done -m ${quote('WHY')}` }
  return step !== undefined && whyBound(step) !== undefined ? [retry, giveUp] : [retry, byHand, giveUp]
}

/** Whether a run that holds its bundle goes on only after a word about the step at which it ended. */
export function needsWord({ status, begun, cut }: WalkEnd): boolean {
  if (status === 'OK' || (status === 'STOPPED' && !begun)) return false
  return status !== 'ERROR' || (begun === true && cut === undefined)
}

function sentenceOf(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}
