import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from '../agent/session.ts'
import { readFrom } from '../bundle/outputs.ts'
import { readBundle } from '../bundle/read.ts'
import { currentRun, type RunReport, readPastRun } from '../bundle/run.ts'
import { parseEvidence } from '../journal/evidence.ts'
import { parseHolder } from '../journal/holder.ts'
import { type Journal, parseJournal } from '../journal/records.ts'
import { keptOutput } from './keep.ts'
import { type Fresh, newSights, type Reading, type Seen, type Sight, takeUp } from './sights.ts'

/** The run that is watched, and where it is looked for. */
export interface Watched {
  readonly run: string
  readonly bundle: string
  /** The folder of past runs. */
  readonly history: string
}

/** How a run is watched. */
export interface Watching {
  /** Takes what is new. May return a promise: the node is then not asked until it resolves. */
  readonly tell: (sight: Sight) => void | Promise<void>
  /** When aborted, watching ends. */
  readonly leave: AbortSignal
  /** Milliseconds between two looks; a second when absent. */
  readonly pause?: number
  /** Milliseconds that a run may seem LOST, as its runner logs in again within half a minute; 45 s when absent. */
  readonly patience?: number
}

/**
 * Watches a run without touching it: takes no epoch, writes nothing. Tells what was not seen yet. Resolves with how the
 * run stands when it is RUNNING no more, with undefined when left or when the run is in no place any more. Throws LostError.
 */
export async function watchRun(
  session: Session,
  watched: Watched,
  seen: Seen,
  { tell, leave, pause = 1_000, patience = 45_000 }: Watching,
): Promise<RunReport | undefined> {
  let lostSince: number | undefined
  for (let missing = 0; !leave.aborted && missing < mostMissing; ) {
    const look = await lookAt(session, watched, seen)
    missing = look === undefined ? missing + 1 : 0
    for (const sight of look === undefined ? [] : newSights(seen, look.journal, look.fresh)) await tell(sight)
    const stand = look === undefined || look.runs ? undefined : await standOf(session, watched)
    lostSince = stand?.state === 'LOST' ? (lostSince ?? Date.now()) : undefined
    const mayComeBack = lostSince !== undefined && Date.now() - lostSince < patience
    const toldAll = stand?.journal.records.length === seen.records
    if (stand !== undefined && stand.state !== 'RUNNING' && !mayComeBack && toldAll) return stand
    await sleep(toldAll || look?.runs ? pause : 200, undefined, { signal: leave }).catch(() => {})
  }
  return undefined
}

// While it is closed a run is in neither place for a moment; these are ten seconds.
const mostMissing = 50
/** Of a journal, in bytes at a look. */
const mostJournal = 4 * 1024 * 1024

interface Look {
  /** Whether something of the run is alive. */
  readonly runs: boolean
  readonly journal: Journal
  readonly fresh: ReadonlyMap<string, Fresh>
}

/** What is new of the run, in the bundle or in the history. Undefined where it is in neither. */
async function lookAt(session: Session, watched: Watched, seen: Seen): Promise<Look | undefined> {
  const inBundle = await lookIn(session, watched.bundle, watched.run, seen)
  if (inBundle !== undefined) return inBundle
  const past = await lookIn(session, `${watched.history}/${watched.run}`, watched.run, seen)
  return past && { ...past, runs: false }
}

async function lookIn(session: Session, folder: string, run: string, seen: Seen): Promise<Look | undefined> {
  const [look, bytes, holds] = await Promise.all([
    session.ask('look', folder),
    readFrom(session, `${folder}/journal`, seen.journal.length, mostJournal),
    runIn(session, folder),
  ])
  // A run that has left a folder does not come back: who is there after the reading was there before.
  if (holds !== run) return undefined
  if (bytes.length > 0) seen.journal = Buffer.concat([seen.journal, bytes])
  const journal = parseJournal(seen.journal.toString('utf8'))
  takeUp(seen, journal)
  const [fresh, stillHolds] = await Promise.all([readFresh(session, folder, seen), runIn(session, folder)])
  if (stillHolds !== run) return undefined
  return { runs: parseEvidence(look.stdout.toString('utf8')).alive, journal, fresh }
}

/** How the run stands, read whole. */
async function standOf(session: Session, { run, bundle, history }: Watched): Promise<RunReport | undefined> {
  const current = currentRun(await readBundle(session, bundle))
  if (current?.run === run) return current
  const past = await readPastRun(session, `${history}/${run}`, run)
  return past.holder?.run === run ? past : undefined
}

async function runIn(session: Session, folder: string): Promise<string | undefined> {
  return parseHolder((await session.ask('cat', `${folder}/holder`)).stdout.toString('utf8'))?.run
}

async function readFresh(session: Session, folder: string, { reading }: Seen): Promise<ReadonlyMap<string, Fresh>> {
  const read = [...reading].map(async ([key, one]) => [key, await readOutput(session, folder, one)] as const)
  return new Map(await Promise.all(read))
}

async function readOutput(session: Session, folder: string, { n, step, attempt, told }: Reading): Promise<Fresh> {
  const file = `${folder}/output/${n}-${step}.${attempt}`
  const [stdout, stderr] = await Promise.all([
    readFrom(session, `${file}.out`, told.stdout, keptOutput),
    readFrom(session, `${file}.err`, told.stderr, keptOutput),
  ])
  return { stdout, stderr }
}
