import { randomBytes } from 'node:crypto'
import type { RunOptions, RunResult } from '../ops/types.ts'
import { quoteAll } from '../plan/quote.ts'
import { type Subject, Unknown } from '../questions/types.ts'
import { plainLine } from '../transport/plain.ts'
import { milliseconds } from '../words/duration.ts'

/** How a command is run on the node. */
export interface CommandOptions {
  readonly cwd?: string
  /** What it reads; nothing when absent. */
  readonly input?: string | Uint8Array
  /** With its unit, such as `30s`: then it is ended, with all that it started. */
  readonly timeout?: string
}

/** How a command on the node ended. */
export interface CommandResult extends Subject {
  /** Absent when a signal ended it. */
  readonly exit?: number
  readonly signal?: string
  readonly succeeded: boolean
  readonly stdout: string
  readonly stderr: string
  /** As it was printed. */
  readonly bytes: Buffer
}

/** A text is a line for `sh`; a list is a program and its words, without a shell. */
export type CommandLine = string | readonly string[]

export type Run = (argv: readonly string[], options: RunOptions) => Promise<RunResult>

/** Throws Unknown when it took too long, and is ended; as another user also when sudo did not let it begin. */
export async function runCommand(
  run: Run,
  line: CommandLine,
  options: CommandOptions,
  node: string,
  as?: string,
): Promise<CommandResult> {
  const about = `command \`${typeof line === 'string' ? line : quoteAll(line)}\` on ${node}`
  const argv = typeof line === 'string' ? ['sh', '-c', line] : line
  const start = as === undefined ? undefined : startOf(randomBytes(16).toString('hex'))
  const { stdout, stderr, timedOut, exit, signal } = await run(start?.argv(argv) ?? argv, optionsOf(options))
  if (timedOut) throw new Unknown(`${about}: it took over ${options.timeout ?? 'the time of its test'}, and was ended`)
  const said = start === undefined ? stderr : start.after(stderr)
  if (said === undefined)
    throw new Unknown(`${about}: it did not begin as ${as}: ${plainLine(stderr.toString('utf8'))}`)
  return {
    about,
    ...(exit === undefined ? {} : { exit }),
    ...(signal === undefined ? {} : { signal }),
    succeeded: exit === 0,
    stdout: stdout.toString('utf8'),
    stderr: said.toString('utf8'),
    bytes: stdout,
  }
}

/** A mark on stderr before the command's own words: sudo's exit 1 looks like one of the command. */
function startOf(nonce: string) {
  const mark = `\n${nonce}\n`
  const script = `printf '\\n%s\\n' ${nonce} >&2; exec "$@"`
  return {
    argv: (argv: readonly string[]) => ['sh', '-c', script, 'sh', ...argv],
    after: (stderr: Buffer) => {
      const at = stderr.indexOf(mark)
      return at < 0 ? undefined : stderr.subarray(at + mark.length)
    },
  }
}

function optionsOf({ cwd, input, timeout }: CommandOptions): RunOptions {
  const limit = timeout === undefined ? undefined : milliseconds(timeout)
  if (timeout !== undefined && limit === undefined)
    throw new TypeError(`timeout is "${timeout}". Write a time with its unit, such as 30s.`)
  return {
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input: Buffer.from(input) }),
    ...(limit === undefined ? {} : { timeout: limit }),
  }
}
