import type { NodeState, StepStatus } from '../../journal/state.ts'
import type { Manual } from '../../operations/manual.ts'
import { exitCodes } from '../../words/status.ts'
import { concOf, heading, type PageFacts } from './facts.ts'
import { code, fence, table } from './markdown.ts'

type Meaning = readonly [means: string, goOn: string]

const nodeStates: Readonly<Record<NodeState, Meaning>> = {
  FREE: ['no run holds the node', 'nothing: a run can begin'],
  RUNNING: [
    'a step runs, or the runner is connected: at a local step, or at a question',
    'wait, or `halt`; only then `resume`',
  ],
  STOPPED: ['halted on purpose', '`resume`, when what it waited for is done'],
  FAILED: [
    'a step said no, was over its time, or conc could not do it',
    'look at the step; `resume --retry`, or `mark`',
  ],
  LOST: [
    'the runner is gone, or the node was restarted',
    'look at the node first; then `resume`, or `mark` what is UNKNOWN',
  ],
}

const stepStatuses: Readonly<Record<StepStatus, Meaning>> = {
  PENDING: ['it has not begun', '`resume` comes to it'],
  RUNNING: ['it runs, whether or not somebody watches it', 'wait; `log --follow` shows it'],
  OK: ['it is done, by conc or by hand', 'nothing: it is never done twice'],
  SKIPPED: ['a person said that it is not to be done', 'nothing'],
  BLOCKED: ['another run holds the bundle; nothing was changed', 'wait, or talk to who holds it'],
  FAILED: [
    'it said no: an exit status other than 0, a signal, a failed check',
    'mend the cause; `resume --retry`, or `mark`',
  ],
  STOPPED: ['a person ended it', 'look how far it came; `resume --retry`, or `mark`'],
  'TIMED OUT': ['it was over its time; its processes are dead', 'look how far it came; `resume --retry`, or `mark`'],
  ERROR: ['conc could not do it, or could not see its end', 'look at the node; `resume --retry`, or `mark`'],
  UNKNOWN: [
    'it began, and nobody knows how it ended',
    'look at the node before anything else: `mark` if it is done, `resume --retry` if not',
  ],
}

/** What each state means, and how it goes on. */
export function stateParts(manual: Manual, place: Pick<PageFacts, 'depth'>): readonly string[] {
  const conc = concOf(manual)
  return [
    heading(place, 0, 'The states'),
    `What ${code(`${conc} status NODE`)} says is told by evidence on the node, never by age. A run goes on only after OK; whatever else ends it keeps the bundle, and with it the lock.`,
    heading(place, 1, 'Of a node'),
    table(['state', 'means', 'to go on'], rowsOf(nodeStates)),
    heading(place, 1, 'Of a step'),
    table(['status', 'means', 'to go on'], rowsOf(stepStatuses)),
    heading(place, 1, 'Exit codes of conc'),
    table(
      ['code', 'means'],
      Object.values(exitCodes).map(({ code: number, meaning }) => [String(number), meaning]),
    ),
    heading(place, 1, 'The ways on'),
    fence('sh', ways.map(([words, what]) => `${`${conc} ${words}`.padEnd(conc.length + 40)}  # ${what}`).join('\n')),
    heading(place, 1, 'Without conc'),
    'Log in to the node. The file `remaining` in the bundle says whose run it is, what is done, and the commands that remain: type them in order; the last one releases the lock. Where there is no such file, `commands.txt` has all commands and `journal` what is done, as `end N TRY STEP OK`.',
  ]
}

const ways: readonly (readonly [string, string])[] = [
  ['status NODE', 'who holds it, and where each step stands'],
  ['log NODE STEP', 'what a step printed'],
  ['halt NODE', "asks a run, anyone's, to halt after its step"],
  ['resume NODE', 'goes on, from any workstation'],
  ['resume NODE --retry', 'runs the step again that waits for a word'],
  ['mark NODE STEP --done -m WHY', 'it was done by hand'],
  ['mark NODE STEP --skip -m WHY', 'it is not to be done'],
  ['unlock NODE --id RUN -m WHY', 'gives the run up: what was changed stays so'],
]

function rowsOf(meanings: Readonly<Record<string, Meaning>>): readonly (readonly string[])[] {
  return Object.entries(meanings).map(([word, meaning]) => [`**${word}**`, ...meaning])
}
