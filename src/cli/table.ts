import { type ExitName, exitCodes } from '../words/status.ts'

/** One row of the vocabulary of commands: parser, help, completion and manual read it. */
export interface CommandRow {
  readonly name: string
  /** As commander writes arguments: `<one>`, `[optional]`, `<many...>`. */
  readonly args: string
  readonly summary: string
  /** Flags with their summaries. */
  readonly options: readonly (readonly [flags: string, summary: string])[]
  readonly examples: readonly string[]
  /** What it exits with, where that is not all that a run can end with. */
  readonly exits?: Readonly<Partial<Record<ExitName, string>>>
  /** The words after `conc` that lead on. */
  readonly seeAlso?: readonly string[]
  /** What stands after `--` is a command for the node; for all others it is a mistake. */
  readonly takesCommand?: true
  /** What it did is on record on the node: its exit code tells that, also where its words can't be written. */
  readonly recorded?: true
}

const limit = ['-l, --limit <pattern>', 'of these nodes only those that the pattern names too'] as const
const parallel = ['--parallel <n>', 'so many nodes at a time; one after the other without it'] as const
const summary = ['--summary <file>', 'write how it ended, step by step, as JSON'] as const
const logFile = ['--log <file>', 'append the plain log to a file too'] as const
const plain = ['--plain', 'lines one after the other, on a terminal too'] as const
const until = ['--until <step>', 'halt before this step'] as const
const step = ['--step', 'ask before each step'] as const
const sudo = [
  ['-K, --ask-sudo', 'ask for the password of sudo at once; it serves every node'],
  ['--sudo-password-command <cmd>', 'a command line for sh that prints it; CONC_NODE is the node'],
] as const
const message = ['-m, --message <why>', 'the reason; it is recorded'] as const

const wrong = { usage: exitCodes.usage.meaning }
/** Of a command that asks a node. */
const asked = {
  ok: 'done',
  ...wrong,
  unreachable: exitCodes.unreachable.meaning,
  error: 'ERROR: the connection was lost, or conc broke',
}

const rows = [
  {
    name: 'init',
    args: '[folder]',
    summary: 'begins: a commented deploy file, an op and a node test that run as they are',
    options: [
      ['--app <name>', "the application's name (default: the folder's)"],
      ['--release <version>', 'its release (default: 1.0.0)'],
      ['--admin <user>', 'who logs in to its servers'],
      ['--address <host>', 'address of a first server; an example is written without it'],
      ['-y, --yes', 'ask nothing: the defaults'],
    ],
    examples: ['conc init', 'conc init shop -y', 'conc init --app shop --admin ops --address 192.0.2.11 -y'],
    exits: { ok: 'written', usage: 'a file is there already, or an answer is wrong; nothing was written' },
    seeAlso: ['check', 'plan', 'help deploy.ini'],
  },
  {
    name: 'check',
    args: '',
    summary: 'everything wrong with the deploy file, at once',
    options: [],
    examples: ['conc check', 'conc check -f other.ini'],
    exits: { ok: 'nothing is wrong, warnings apart', usage: 'something is wrong' },
    seeAlso: ['help deploy.ini', 'plan'],
  },
  {
    name: 'show',
    args: '[node...]',
    summary: "a node's evaluated attributes, each with the line that set it",
    options: [],
    examples: ['conc show web1', 'conc show web1 --json'],
    exits: { ok: 'shown', ...wrong },
    seeAlso: ['help attributes'],
  },
  {
    name: 'plan',
    args: '<job> <node...>',
    summary: 'every step in order, with the exact command; opens no connection',
    options: [limit],
    examples: ['conc plan release web1', "conc plan release 'web*' --set release=1.4.3"],
    exits: { ok: 'shown', ...wrong },
    seeAlso: ['run', 'doctor'],
  },
  {
    name: 'doctor',
    args: '<node...>',
    summary: 'whether a node can be deployed to; changes nothing',
    options: [limit, ...sudo],
    examples: ['conc doctor web1', 'conc doctor all -K'],
    exits: { ok: 'ready', ...wrong, blocked: 'ready, but another run holds the bundle', unreachable: 'not ready' },
    seeAlso: ['status'],
  },
  {
    name: 'run',
    args: '<job> <node...>',
    summary: 'runs a job: every step in order, each only after OK',
    options: [
      limit,
      parallel,
      ['--from <step>', 'begin at this step; those before it are skipped'],
      ['--to <step>', 'end after this step; those after it are skipped'],
      ['--only <step>', 'this step alone'],
      until,
      step,
      ['-n, --dry-run', 'plan and doctor; changes nothing'],
      ...sudo,
      logFile,
      summary,
      plain,
    ],
    examples: [
      'conc run release web1',
      'conc run release web1 --until switch',
      'conc run release web1 -n',
      "conc run release 'web:&eu:!web3' --parallel 5",
    ],
    seeAlso: ['plan', 'resume', 'status', 'help exit-codes'],
    recorded: true,
  },
  {
    name: 'halt',
    args: '<node...>',
    summary: "asks runs in progress, anyone's, to halt after their current step",
    options: [limit],
    examples: ['conc halt web1'],
    exits: { ...asked, usage: `${wrong.usage}; or there is no run to halt` },
    seeAlso: ['status', 'resume'],
    recorded: true,
  },
  {
    name: 'resume',
    args: '<node...>',
    summary: 'goes on with the run that holds the bundle, from any workstation',
    options: [
      limit,
      parallel,
      ['--retry', 'run the step again that failed or whose outcome is unknown'],
      ['--to <step>', 'end after this step, whatever the run was begun with'],
      until,
      step,
      ['-y, --yes', 'agree to a plan that has changed'],
      ...sudo,
      logFile,
      summary,
      plain,
    ],
    examples: ['conc resume web1', 'conc resume web1 --retry', 'conc resume web --retry --parallel 5'],
    seeAlso: ['status', 'mark', 'log', 'help exit-codes'],
    recorded: true,
  },
  {
    name: 'mark',
    args: '<node> <step>',
    summary: 'records that a step was done by hand, or is skipped on purpose',
    options: [['--done', 'it is done'], ['--skip', 'it is not to be done'], message],
    examples: ["conc mark web1 migrate --done -m 'ran it in psql'"],
    exits: asked,
    seeAlso: ['resume', 'shell'],
    recorded: true,
  },
  {
    name: 'status',
    args: '<node...>',
    summary: 'who holds the bundle, since when, and where each step stands',
    options: [limit],
    examples: ['conc status web1', 'conc status all --json'],
    exits: asked,
    seeAlso: ['log', 'resume'],
  },
  {
    name: 'log',
    args: '<node> [step]',
    summary: 'the journal of the current or a past run; with a step, what it printed',
    options: [
      ['--id <run>', 'a past run'],
      ['--runs', 'which runs there were: when, how long, how each ended'],
      ['--follow', "watch a run, anyone's, until it is over; it is not disturbed"],
      ['--html <file>', 'a page of the run in one file; - is stdout'],
    ],
    examples: ['conc log web1', 'conc log web1 migrate', 'conc log web1 --follow', 'conc log web1 --html run.html'],
    exits: { ...asked, ok: 'shown; with --follow the code is that of the run' },
    seeAlso: ['status'],
  },
  {
    name: 'shell',
    args: '<node>',
    summary: 'an interactive login in the bundle of a halted run; recorded in the journal',
    options: [],
    examples: ['conc shell web1'],
    exits: asked,
    seeAlso: ['mark', 'resume', 'exec'],
    recorded: true,
  },
  {
    name: 'exec',
    args: '<node...>',
    summary: 'a command on the node, outside any run: what stands after --',
    options: [limit],
    examples: ['conc exec web1 -- uptime'],
    exits: { ...asked, ok: 'the command ended with 0', failed: 'FAILED: the command ended otherwise' },
    seeAlso: ['shell'],
    takesCommand: true,
  },
  {
    name: 'test',
    args: '<node...>',
    summary: 'node tests: NODE…, then parts of the paths of test files; needs no lock',
    options: [
      limit,
      ['-t, --name <text>', 'only tests with this in their full name, or /EXPRESSION/'],
      ['--tag <expr>', 'only tests with these tags, as in "web && !slow"; may be given again'],
      ['--builtin <set>', 'a built-in set too: webapp; may be given again'],
      ['--junit <file>', 'write a JUnit report'],
      ['--tap <file>', 'write a TAP report'],
      ['--json [file]', 'one JSON object a line; into FILE when that ends in .json, .jsonl or .ndjson, or after ='],
      ['--changes-only', 'tell only what ended otherwise than at the last scan'],
      ['--baseline', 'record what the nodes are like now; later runs tell what drifted'],
      ['--timeout <time>', 'how long a test may take (default: 30s)'],
      ...sudo,
      logFile,
    ],
    examples: [
      'conc test web1',
      'conc test web login --tag smoke',
      'conc test all --junit tests.xml',
      'conc test web1 --baseline -K',
    ],
    exits: { ...asked, ok: 'every test passes', failed: 'a test fails or can not tell', stopped: 'stopped by Ctrl-C' },
    seeAlso: ['doctor'],
  },
  {
    name: 'unlock',
    args: '<node>',
    summary: 'gives up a run: archives its journal, removes the bundle; by id only',
    options: [['--id <run>', 'the run, as conc status shows it'], message],
    examples: ["conc unlock web1 --id 20261120T120000Z-1f2e3d4c -m 'node is rebuilt'"],
    exits: asked,
    seeAlso: ['status', 'resume'],
    recorded: true,
  },
  {
    name: 'manual',
    args: '',
    summary: 'the operations manual of the deploy file, in Markdown: attributes and runbooks; opens no connection',
    options: [['--out <folder>', 'write it as pages there, a node each; one document on stdout without it']],
    examples: ['conc manual >MANUAL.md', 'conc manual --out manual/ops'],
    exits: { ok: 'written', usage: `${wrong.usage}; or the pages can't be written` },
    seeAlso: ['show', 'plan'],
  },
  {
    name: 'completion',
    args: '<shell>',
    summary: 'a script that completes what you type, for bash, zsh or fish',
    options: [],
    examples: [
      'source <(conc completion bash)   # in ~/.bashrc',
      'source <(conc completion zsh)    # in ~/.zshrc, after compinit',
      'conc completion fish | source    # in ~/.config/fish/config.fish',
    ],
    exits: { ok: 'printed', usage: exitCodes.usage.meaning },
  },
  {
    name: 'help',
    args: '[topic...]',
    summary: 'help for a command, an op or a topic: deploy.ini, attributes, ops, exit-codes',
    options: [],
    examples: ['conc help run', 'conc help deploy.ini', 'conc help ops', 'conc help ops untar'],
    exits: { ok: 'shown', usage: exitCodes.usage.meaning },
  },
] as const satisfies readonly CommandRow[]

export type CommandName = (typeof rows)[number]['name']

export const commands: readonly CommandRow[] = rows

/** The options of every command. */
export const commonOptions = [
  ['-f, --file <file>', 'the deploy file (default: deploy.ini)'],
  ['-e, --set <key=value>', 'set an attribute; may be given again'],
  ['--json', 'one JSON object a line'],
  ['-q, --quiet', 'only problems and how it ended'],
  ['-v, --verbose', 'more of everything'],
  ['--no-color', 'no colours, as with NO_COLOR'],
] as const
