import type { World } from './world.ts'

/** A command's function: its words, its options, and the world; gives the exit code. */
export type Action = (words: readonly string[], options: never, world: World) => Promise<number>

/** One row of the vocabulary of commands: parser, help and manual read it. */
export interface CommandRow {
  readonly name: string
  /** As commander writes arguments: `<one>`, `[optional]`, `<many...>`. */
  readonly args: string
  readonly summary: string
  /** Flags with their summaries. */
  readonly options: readonly (readonly [flags: string, summary: string])[]
  readonly examples: readonly string[]
  /** What stands after `--` is a command for the node; for all others it is a mistake. */
  readonly takesCommand?: true
  /** What it did is on record on the node: its exit code tells that, also where its words can't be written. */
  readonly recorded?: true
  /** Loads what it needs only when it is called. */
  readonly load: () => Promise<Action>
}

const logFile = ['--log <file>', 'append the plain log to a file too'] as const
const until = ['--until <step>', 'halt before this step'] as const
const step = ['--step', 'ask before each step'] as const
const sudo = [
  ['-K, --ask-sudo', 'ask for the password of sudo at once; it serves every node'],
  ['--sudo-password-command <cmd>', 'a command line for sh that prints it; CONC_NODE is the node'],
] as const
const message = ['-m, --message <why>', 'the reason; it is recorded'] as const

export const commands: readonly CommandRow[] = [
  {
    name: 'check',
    args: '',
    summary: 'everything wrong with the deploy file, at once',
    options: [],
    examples: ['conc check', 'conc -f other.ini check'],
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'show',
    args: '[node...]',
    summary: "a node's evaluated attributes, each with the line that set it",
    options: [],
    examples: ['conc show web1', 'conc show web1 --json'],
    load: async () => (await import('./commands/show.ts')).show,
  },
  {
    name: 'plan',
    args: '<job> <node...>',
    summary: 'every step in order, with the exact command; opens no connection',
    options: [],
    examples: ['conc plan release web1', "conc plan release 'web*' --set release=1.4.3"],
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  {
    name: 'doctor',
    args: '<node...>',
    summary: 'whether a node can be deployed to; changes nothing',
    options: [],
    examples: ['conc doctor web1'],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'run',
    args: '<job> <node...>',
    summary: 'runs a job: every step in order, each only after OK',
    options: [
      ['--from <step>', 'begin at this step; those before it are skipped'],
      ['--to <step>', 'end after this step; those after it are skipped'],
      ['--only <step>', 'this step alone'],
      until,
      step,
      ['-n, --dry-run', 'plan and doctor; changes nothing'],
      ...sudo,
      logFile,
    ],
    examples: ['conc run release web1', 'conc run release web1 --until switch', 'conc run release web1 -n'],
    recorded: true,
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'halt',
    args: '<node>',
    summary: "asks a run in progress, anyone's, to halt after its current step",
    options: [],
    examples: ['conc halt web1'],
    recorded: true,
    load: async () => (await import('./commands/halt.ts')).halt,
  },
  {
    name: 'resume',
    args: '<node>',
    summary: 'goes on with the run that holds the bundle, from any workstation',
    options: [
      ['--retry', 'run the step again that failed or whose outcome is unknown'],
      until,
      step,
      ['-y, --yes', 'agree to a plan that has changed'],
      ...sudo,
      logFile,
    ],
    examples: ['conc resume web1', 'conc resume web1 --retry'],
    recorded: true,
    load: async () => (await import('./commands/resume.ts')).resume,
  },
  {
    name: 'mark',
    args: '<node> <step>',
    summary: 'records that a step was done by hand, or is skipped on purpose',
    options: [['--done', 'it is done'], ['--skip', 'it is not to be done'], message],
    examples: ["conc mark web1 migrate --done -m 'ran it in psql'"],
    recorded: true,
    load: async () => (await import('./commands/mark.ts')).mark,
  },
  {
    name: 'status',
    args: '<node...>',
    summary: 'who holds the bundle, since when, and where each step stands',
    options: [],
    examples: ['conc status web1', 'conc status all --json'],
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'log',
    args: '<node> [step]',
    summary: 'the journal of the current or a past run; with a step, what it printed',
    options: [['--id <run>', 'a past run']],
    examples: ['conc log web1', 'conc log web1 migrate'],
    load: async () => (await import('./commands/log.ts')).log,
  },
  {
    name: 'shell',
    args: '<node>',
    summary: 'an interactive login in the bundle of a halted run; recorded in the journal',
    options: [],
    examples: ['conc shell web1'],
    recorded: true,
    load: async () => (await import('./commands/shell.ts')).shell,
  },
  {
    name: 'exec',
    args: '<node...>',
    summary: 'a command on the node, outside any run: what stands after --',
    options: [],
    examples: ['conc exec web1 -- uptime'],
    takesCommand: true,
    load: async () => (await import('./commands/exec.ts')).exec,
  },
  {
    name: 'unlock',
    args: '<node>',
    summary: 'gives up a run: archives its journal, removes the bundle; by id only',
    options: [['--id <run>', 'the run, as conc status shows it'], message],
    examples: ["conc unlock web1 --id 20261120T120000Z-1f2e3d4c -m 'node is rebuilt'"],
    recorded: true,
    load: async () => (await import('./commands/unlock.ts')).unlock,
  },
]

/** The options of every command. */
export const commonOptions = [
  ['-f, --file <file>', 'the deploy file (default: deploy.ini)'],
  ['-e, --set <key=value>', 'set an attribute; may be given again'],
  ['--json', 'one JSON object a line'],
  ['-q, --quiet', 'only problems and how it ended'],
  ['-v, --verbose', 'more of everything'],
  ['--no-color', 'no colours, as with NO_COLOR'],
] as const
