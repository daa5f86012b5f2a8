import type { Status } from '../words/status.ts'
import { worstOf } from '../words/worst.ts'
import { leadingOn, type RunEnd } from './ending.ts'
import type { NodeEnd, Way } from './events.ts'
import type { Ended } from './told.ts'

export interface FleetEnding {
  readonly job: string
  /** How conc is called. */
  readonly conc: string
  readonly parallel: number
  readonly durable: boolean
  /** Milliseconds. */
  readonly ms: number
  /** What leads on where nothing was locked: `run release`; absent where a node can always be resumed. */
  readonly again?: string
  /** The options with which that is the same run again, each after a space. */
  readonly runOptions?: string
  /** The same of a resume. */
  readonly resumeOptions?: string
}

/** The last event of a run on several nodes: how each of them ended, and the commands that lead on for all. */
export function fleetEnd(ends: readonly Ended[], about: FleetEnding): RunEnd {
  const { job, durable, ms } = about
  const { status = 'OK', exitCode = 0 } = worstOf(ends) ?? {}
  const message = `${job} ${sayings(ends).join('; ')}.`
  const holding = ends.some((ended) => ended.holding)
  return {
    ...{ event: 'run-end', status, exitCode, ms, message },
    ...leadingOn(ways(ends, about)),
    ...{ durable, holding, nodes: ends.map(nodeEnd) },
  }
}

function nodeEnd({ node, run, status, exitCode, attempted, holding }: Ended): NodeEnd {
  return { node, run, status, exitCode, attempted, locked: holding }
}

/** `is done on web1, web2; FAILED on web3; was not begun on web4` */
function sayings(ends: readonly Ended[]): readonly string[] {
  const worst: readonly Status[] = ['ERROR', 'FAILED', 'TIMED OUT', 'BLOCKED', 'STOPPED']
  const begun = ends.filter(({ attempted }) => attempted)
  const said = (text: string, some: readonly Ended[]) => (some.length === 0 ? [] : [`${text} ${names(some)}`])
  return [
    ...said(
      'is done on',
      begun.filter(({ status, skipped }) => status === 'OK' && !skipped),
    ),
    ...said(
      'ended OK, with steps left out, on',
      begun.filter(({ status, skipped }) => status === 'OK' && skipped),
    ),
    ...worst.flatMap((one) =>
      said(
        `${one} on`,
        begun.filter(({ status }) => status === one),
      ),
    ),
    ...said(
      'was not begun on',
      ends.filter(({ attempted }) => !attempted),
    ),
  ]
}

const mostNames = 5

function names(some: readonly Ended[]): string {
  const shown = some.slice(0, mostNames).map(({ node }) => node)
  const more = some.length - shown.length
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`
}

function ways(ends: readonly Ended[], about: FleetEnding): readonly Way[] {
  const { conc, parallel, again, runOptions = '' } = about
  const at = (some: readonly Ended[]) => some.map(({ node }) => node).join(' ')
  const open = ends.filter(({ status, holding }) => status !== 'OK' && holding)
  const lost = ends.filter(({ status, holding }) => status === 'BLOCKED' || (status === 'ERROR' && !holding))
  const rest = ends.filter(({ status }) => status !== 'OK')
  const side = parallel > 1 ? ` --parallel ${parallel}` : ''
  const word = open.some(({ needsWord }) => needsWord)
  // Who goes on from where the run was to halt goes beyond it.
  const same = ends.some(({ atHalt }) => atHalt) ? '' : (about.resumeOptions ?? '')
  const look: Way = { what: 'look', command: `${conc} status ${at(lost)}` }
  const goOn: Way = word
    ? { what: 'try again', command: `${conc} resume ${at(open)}${side} --retry${same}` }
    : { what: 'go on', command: `${conc} resume ${at(open)}${side}${same}` }
  const anew: Way = { what: 'try again', command: `${conc} ${again} ${at(rest)}${side}${runOptions}` }
  return [
    ...(lost.length > 0 ? [look] : []),
    ...(open.length > 0 ? [goOn] : []),
    ...(open.length === 0 && rest.length > 0 && again !== undefined ? [anew] : []),
  ]
}
