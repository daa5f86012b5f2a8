import type { KeptOutput } from '../../../src/bundle/outputs.ts'
import { report } from '../../../src/bundle/read.ts'
import { currentRun, type RunReport } from '../../../src/bundle/run.ts'
import { pastState } from '../../../src/journal/ending.ts'
import { parseEvidence } from '../../../src/journal/evidence.ts'
import { writeHolder } from '../../../src/journal/holder.ts'
import type { PageFacts } from '../../../src/report/html/facts.ts'

const noon = Date.parse('2026-11-20T12:00:00Z')

/** So many seconds after noon. */
export function at(seconds: number): string {
  return new Date(noon + seconds * 1000).toISOString().replace('.000', '')
}

export type Line = readonly [seconds: number, record: string]

/** What a run is made of: its steps as `NAME SIDE`, and its journal. */
export interface Told {
  readonly id?: string
  readonly steps: readonly string[]
  readonly journal: readonly Line[]
  /** What the agent's `look` printed; a past run when absent. */
  readonly look?: string
  readonly command?: string
  readonly by?: string
}

/** A run as the node's files tell. */
export function runOf({ id = 'r1', steps, journal, look, command = 'true', by = 'ana@desk' }: Told): RunReport {
  const holder = writeHolder({
    run: id,
    job: 'release',
    node: 'web1',
    app: 'shop',
    release: '1.4.2',
    by,
    since: at(0),
    conc: '0.1.0',
    format: '1',
  })
  const records = steps.map((text, index) => {
    const [name, side] = text.split(' ')
    return { kind: 'command', n: index + 1, name, side, op: 'sh', words: [], options: {}, command }
  })
  const plan = { format: 1, conc: '0.1.0', job: 'release', node: 'web1', app: 'shop', release: '1.4.2', steps: records }
  const text = journal.map(([seconds, record]) => `${at(seconds)} ${record}\n`).join('')
  const told = report(parseEvidence(look ?? 'bundle there'), holder, JSON.stringify(plan), text)
  const current = look === undefined ? undefined : currentRun(told)
  return current ?? { ...told, run: id, current: false, state: pastState(told.journal) }
}

/** The page of a run; `now` is in seconds after noon. */
export function factsOf(report: RunReport, more: Partial<Omit<PageFacts, 'now'>> & { now?: number } = {}): PageFacts {
  const { now = 3_600, ...others } = more
  return { node: 'web1', version: '0.1.0', app: 'shop', report, outputs: [], before: [], ...others, now: at(now) }
}

/** What a step printed, kept whole. */
export function outputOf(step: string, text: string | Buffer, more: Partial<KeptOutput> = {}): KeptOutput {
  const head = Buffer.from(text)
  const name = `1-${step}.1.out`
  return { name, step, attempt: 1, stream: 'stdout', size: head.length, head, tail: Buffer.alloc(0), ...more }
}

const begun = (n: number, step: string, side: string, attempt = 1) => `begin ${n} ${attempt} ${step} ${side} ana@desk`
const ok = (n: number, step: string, attempt = 1) => `end ${n} ${attempt} ${step} OK exit=0 signal=-`

const steps = ['open remote', 'send local', 'migrate remote', 'look local', 'switch remote', 'close remote']
const opened: readonly Line[] = [
  [0, 'open r1'],
  [0, begun(1, 'open', 'remote')],
  [0, ok(1, 'open')],
  [1, begun(2, 'send', 'local')],
  [13, ok(2, 'send')],
  [13, begun(3, 'migrate', 'remote')],
]
const failed: readonly Line[] = [...opened, [21, 'end 3 1 migrate FAILED exit=3 signal=-']]
const mended: readonly Line[] = [
  ...failed,
  [900, 'take 2 bob@desk'],
  [900, 'shell entered bob@desk'],
  [960, 'shell left bob@desk'],
  [1000, 'mark 3 migrate done bob@desk ran it in psql'],
  [1000, 'halt bob@desk after marking migrate'],
  [1200, 'take 3 ana@desk'],
  [1200, begun(4, 'look', 'local')],
  [1200, 'end 4 1 look STOPPED exit=- signal=- Check the numbers'],
  [1200, 'halt ana@desk before look: Check the numbers'],
]
const closed: readonly Line[] = [
  ...mended,
  [90_000, 'take 4 ana@desk'],
  [90_000, 'skip 4 look passed'],
  [90_001, begun(5, 'switch', 'remote')],
  [90_004, ok(5, 'switch')],
  [90_004, begun(6, 'close', 'remote')],
  [90_004, 'close r1'],
  [90_004, ok(6, 'close')],
]
const alive = 'bundle there\nepoch 1\nagent 1\nworker 1'

/** A run in each of the states that there are. */
export const runs = {
  OK: runOf({ steps, journal: closed }),
  'GIVEN UP': runOf({
    steps,
    journal: [...failed, [50, 'take 2 bob@desk'], [50, 'unlock r1 bob@desk node is rebuilt']],
  }),
  RUNNING: runOf({ steps, journal: opened, look: alive }),
  STOPPED: runOf({ steps, journal: mended, look: 'bundle there\nepoch 3' }),
  FAILED: runOf({ steps, journal: failed, look: 'bundle there\nepoch 1' }),
  LOST: runOf({ steps, journal: opened, look: 'bundle there\nepoch 1\nrestarted yes' }),
  UNKNOWN: runOf({ steps, journal: opened }),
} as const

/** Past runs in which each of these steps took so many seconds, newest first. */
export function pastRuns(step: string, ...seconds: readonly number[]): readonly RunReport[] {
  return seconds.map((took, index) =>
    runOf({
      id: `p${index}`,
      steps,
      journal: [
        [0, `open p${index}`],
        [0, begun(2, step, 'local')],
        [took, ok(2, step)],
        [took, `close p${index}`],
      ],
    }),
  )
}
