import type { Session } from '../agent/session.ts'
import { parsePlan } from '../bundle/plan.ts'
import { type BundleReport, readBundle } from '../bundle/read.ts'
import { whyForeign } from '../bundle/readable.ts'
import { type Journal, parseJournal } from '../journal/records.ts'
import { positionOf } from '../run/selection.ts'
import { UsageError } from '../words/errors.ts'
import { attributesOf, type Deploy } from './deploy.ts'
import { atNode } from './node.ts'
import type { Workplace } from './workplace.ts'

/** The journal of one run. */
export interface RunJournal {
  readonly run: string
  readonly journal: Journal
  /** The ids of the runs in the node's history, oldest first. */
  readonly past: readonly string[]
}

/** The journal of the run with this id, else of the current or the last one. Throws UsageError when there is none. */
export function readJournal(deploy: Deploy, node: string, place: Workplace, id?: string): Promise<RunJournal> {
  return inRun(deploy, node, place, id, async (session, { folder, run, past }) => {
    const { stdout } = await session.ask('cat', `${folder}/journal`)
    return { run, past, journal: parseJournal(stdout.toString('utf8')) }
  })
}

/** What the last attempt of a step, named or by its position, printed, as it was kept: stdout, then stderr. Throws UsageError when nothing was kept. */
export function readOutput(deploy: Deploy, node: string, step: string, place: Workplace, id?: string): Promise<Buffer> {
  return inRun(deploy, node, place, id, async (session, { folder, run }) => {
    const name = await nameOf(session, folder, step)
    const { words, stdout } = await session.ask('sh', '-c', lastOutput, 'sh', `${folder}/output`, name)
    if (words[0] !== '0')
      throw new UsageError(
        `run ${run} on ${node} kept no output of a step ${name}: it printed nothing, did not begin, or ran before the bundle was open.`,
      )
    return stdout
  })
}

/** The name of a run's step. Throws UsageError for one that its plan does not have; without a plan any may be one. */
async function nameOf(session: Session, folder: string, word: string): Promise<string> {
  const plan = parsePlan((await session.ask('cat', `${folder}/plan.json`)).stdout.toString('utf8'))
  if (plan === undefined) return word
  const position = positionOf(word, plan)
  return plan.steps.find(({ n }) => n === position)?.name ?? word
}

/** Files are named N-STEP.ATTEMPT.out and .err, and .out.STATUS.CODE after a full disk; what printed nothing may have none. */
const lastOutput = [
  'cd -- "$1" || exit 1',
  'last= most=0',
  'for f in *.out *.out.* *.err; do case $f in *.out | *.err) b=${f%.*} ;; *) b=${f%.out.*} ;; esac; s=${b#*-} && n=${s##*.}; [ -e "$f" ] && [ "${s%.*}" = "$2" ] && [ "$n" -ge "$most" ] && most=$n && last=$b; done',
  '[ -n "$last" ] || exit 1',
  'for f in "$last.out" "$last.out."* "$last.err"; do [ ! -e "$f" ] || cat "$f"; done',
].join('; ')

/** Each with a `-` before it where it is another node's on the same login, else a `+`; one whose holder names no node is everybody's. */
const listRuns = [
  'cd -- "$1" 2>/dev/null || exit 0',
  'for d in *; do [ -e "$d" ] || continue',
  'm=+; if grep -q "^node: " "$d/holder" && ! grep -Fxq "node: $2" "$d/holder"; then m=-; fi 2>/dev/null',
  'printf "%s%s\\n" "$m" "$d"; done',
].join('; ')

/** What a node has of the runs of an application. */
export interface History {
  readonly app: string
  /** Where past runs lie on the node, each in a folder of its id. */
  readonly folder: string
  /** The ids of this node's, oldest first. */
  readonly past: readonly string[]
  /** Those of other nodes on the same login too. */
  readonly all: readonly string[]
  /** An embedded node goes, with its history, when no run holds it. */
  readonly embedded: boolean
  /** The bundle as it is now. */
  readonly bundle: string
  readonly report: BundleReport
}

/** Logs in to a node, looks at its bundle and its history, and does something there. */
export function inHistory<T>(
  deploy: Deploy,
  node: string,
  place: Workplace,
  act: (session: Session, history: History) => Promise<T>,
): Promise<T> {
  const attributes = attributesOf(deploy, node)
  const app = attributes.get('app')?.value ?? ''
  const embedded = attributes.get('embedded')?.value === 'yes'
  return atNode(deploy, node, place, async ({ link: { session }, bundle }) => {
    const folder = `.conc/history/${app}`
    const list = await session.ask('sh', '-c', listRuns, 'sh', folder, node)
    const lines = list.stdout.toString('utf8').split('\n').filter(Boolean)
    const all = lines.map((line) => line.replace(/^[+-]/, ''))
    const past = all.filter((_, at) => !lines[at]?.startsWith('-'))
    return act(session, { app, folder, past, all, embedded, bundle, report: await readBundle(session, bundle) })
  })
}

/** Where a run lies. */
export interface RunPlace {
  readonly run: string
  readonly folder: string
  readonly past: readonly string[]
  /** Whether it holds the bundle. */
  readonly current: boolean
}

/** Finds the run with this id, else the current or the last one. Throws UsageError when there is none. */
export function findRun(history: History, node: string, id?: string): RunPlace {
  const { app, folder, past, all, bundle, report, embedded } = history
  const current = report.holder?.run
  const foreign = whyForeign(report, bundle, node)
  if (foreign !== undefined && (id ?? current) === current) throw foreign
  const run = id ?? current ?? past.at(-1)
  if (run === undefined) {
    const gone = embedded ? ', or it is over: an embedded node goes, with its history, when no run holds it' : ' yet'
    throw new UsageError(`there was no run of ${app} on ${node}${gone}.`)
  }
  if (run === current) return { run, past, folder: bundle, current: true }
  if (all.includes(run)) return { run, past, folder: `${folder}/${run}`, current: false }
  throw new UsageError(`there is no run ${run} on ${node}. Runs are ${past.join(', ') || 'none'}.`)
}

function inRun<T>(
  deploy: Deploy,
  node: string,
  place: Workplace,
  id: string | undefined,
  read: (session: Session, place: RunPlace) => Promise<T>,
): Promise<T> {
  return inHistory(deploy, node, place, (session, history) => read(session, findRun(history, node, id)))
}
