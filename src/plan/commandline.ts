import type { Command } from '../ops/types.ts'
import { quote, quoteAll } from './quote.ts'
import type { PlannedOptions } from './types.ts'

/** The script that `sh -eu` gets: the variables set on its first line, so that the lines keep their numbers. */
export function scriptText(command: Extract<Command, { script: string }>): string {
  const assignments = Object.entries(command.variables ?? {}).map(([name, value]) => `${name}=${quoteInside(value)}; `)
  return assignments.join('') + command.script
}

/** Double quotes where they will do: the script itself is shown in single ones. */
function quoteInside(value: string): string {
  const quoted = quote(value)
  return quoted === value || /["$`\\!']/.test(value) ? quoted : `"${value}"`
}

/** What is executed, without `cd` and sudo. */
export function argvOf(command: Command): readonly string[] {
  return 'argv' in command ? command.argv : ['sh', '-euc', scriptText(command)]
}

/** The line a person types to do the same, where the step starts. Holds no secrets: they are never in a command. */
export function commandLine(command: Command, options: Pick<PlannedOptions, 'as' | 'cd'>): string {
  const line =
    options.as === undefined ? typedLine(command) : quoteAll(['sudo', '-u', options.as, '--', ...argvOf(command)])
  return options.cd === undefined ? line : `cd ${quote(asPath(options.cd))} && ${line}`
}

function typedLine(command: Command): string {
  return 'script' in command && command.typed ? command.script : quoteAll(argvOf(command))
}

/** A name that begins with a dash is a path, not an option. */
function asPath(word: string): string {
  return word.startsWith('-') ? `./${word}` : word
}
