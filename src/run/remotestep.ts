import { posix } from 'node:path'
import { argvOf } from '../plan/commandline.ts'
import { quote, quoteAll } from '../plan/quote.ts'
import type { PlannedStep } from '../plan/types.ts'
import type { Run } from './types.ts'

/** Under the 128 KiB that Linux allows one argument; longer scripts are sent as a file. */
export const longestArgument = 100_000

export interface Script {
  readonly file: string
  readonly text: string
}

/** The agent's line for a step, and the script that has to be on the node first. */
export interface StepLine {
  readonly line: string
  readonly script?: Script
}

/** A shell reads its script off its stdin, which is empty for the script itself. */
export const fromStdin = 's=$(cat); exec </dev/null; eval "$s"'

/** What the agent is told to run for a remote command step. */
export function remoteLine(step: PlannedStep, attempt: number, { id, plan, link }: Run): StepLine {
  const head = `${step.n} ${step.name} ${attempt}`
  if (step.action.kind === 'close-bundle') return { line: `close_step ${head} ${quote(id)} ${quote(plan.app)}` }
  if (step.action.kind !== 'command') throw new TypeError(`${step.name} is no command`)
  const { as, cd, timeout, secrets = [] } = step.options
  const argv = argvOf(step.action.command)
  const limit = timeout === undefined ? '-' : String(timeout / 1000)
  const line = (words: readonly string[], input = '/dev/null') =>
    `s_input=${quote(input)}; s_as=${quote(as ?? '')}; s_secrets=${quote(secrets.join(' '))}; step ${head} ${limit} ${quote(cd ?? '')} ${quoteAll(words)}`
  const text = argv.at(-1) ?? ''
  if (!('script' in step.action.command) || Buffer.byteLength(text) < longestArgument)
    return { line: braced(line(argv)) }
  // The step may start elsewhere than at home.
  const file = posix.resolve(link.session.home, plan.bundle, 'scripts', `${step.n}-${step.name}.sh`)
  const script = { file, text }
  if (as === undefined) return { line: braced(line(['sh', '-eu', file])), script }
  // Another user can't read a file of the bundle: the agent opens it for the step.
  return { line: braced(line(['sh', '-euc', fromStdin], file)), script }
}

function braced(line: string): string {
  return `{ ${line}; }`
}
