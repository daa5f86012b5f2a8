import type { DeployFile, SecretSource } from '../../deployfile/types.ts'
import { commandLine } from '../../plan/commandline.ts'
import { quote } from '../../plan/quote.ts'
import type { PlannedStep } from '../../plan/types.ts'
import type { PageFacts } from './facts.ts'
import { code, fence } from './markdown.ts'

/** Where a secret comes from. Of a command its program alone: what follows may be a secret itself. */
export function sourceOf({ from, args: [first = ''] }: SecretSource): string {
  if (from === 'ask') return 'asked for at the terminal'
  if (from === 'env') return `the variable ${code(first)} where conc is started`
  return from === 'file' ? `the file ${code(first)}` : `what ${code(first)} prints, a command`
}

/** How a step that asks for secrets is typed: they go by no argument and into no history of a shell. */
export function withSecrets(step: PlannedStep, names: readonly string[], { manual }: PageFacts): readonly string[] {
  const { action, options, command } = step
  const { as, ...own } = options
  const typed = action.kind === 'command' && as !== undefined ? commandLine(action.command, own) : command
  // In parentheses all of it is read before it runs: pasted, no line of it is taken for a secret, and none stays behind.
  const lines = ['(', ...names.map(askLine), typed, ')'].join('\n')
  const sources = names.flatMap((name) => sourceLine(name, manual.deployFile, manual.file))
  return [
    `It gets these secrets as environment variables. ${sources.join(' ')}`,
    ...(as === undefined
      ? [fence('sh', lines)]
      : [
          fence('sh', `sudo -u ${quote(as)} sh`),
          'In that shell, as sudo hands on no environment; `exit` leaves it:',
          fence('sh', lines),
        ]),
  ]
}

function sourceLine(name: string, { secrets }: DeployFile, file: string): readonly string[] {
  const source = secrets.get(name)
  return source === undefined ? [] : [`${code(name)}: ${sourceOf(source)} (${code(`${file}:${source.place.line}`)}).`]
}

function askLine(name: string): string {
  return `printf '${name}: '; stty -echo; IFS= read -r ${name}; stty echo; echo; export ${name}`
}
