import { Command, CommanderError, Option } from 'commander'
import { visible } from '../report/clean.ts'
import { UsageError } from '../words/errors.ts'
import { exitCodes } from '../words/status.ts'
import { type CommandRow, commands, commonOptions } from './table.ts'
import type { World } from './world.ts'

/** Parses the words of the command line and carries the command out. Gives the exit code; throws ConcError. */
export async function main(words: readonly string[], world: World): Promise<number> {
  const { before, after } = splitAtDashes(words)
  let exitCode = 0
  const program = new Command('conc')
    .description(
      'An ordered change-on-command deploy runner: one file, strict order, halt anywhere, finish by hand, resume.',
    )
    .version(world.version, '-V, --version', 'the version')
    .helpOption('-h, --help', 'this help')
    .helpCommand('help [command]', 'help for a command')
    .exitOverride()
    .configureOutput({
      writeOut: world.out,
      writeErr: world.say,
      outputError: (text, write) => write(`${mistake(text)} See conc --help.\n`),
    })
    .showSuggestionAfterError()
    .addHelpText('after', exitCodeHelp())
  for (const option of options()) program.addOption(option)
  for (const row of commands) {
    addCommand(program, row, async (args, given) => {
      if (after.length > 0 && !row.takesCommand)
        throw new UsageError(`${row.name} takes nothing after --. See conc help ${row.name}.`)
      const action = await row.load()
      const own = given.color === false ? { ...world, color: false } : world
      exitCode = await action(args, { ...given, command: after } as never, own)
      if (exitCode === 0 && !row.recorded && !(await world.flushed())) exitCode = exitCodes.error.code
    })
  }
  try {
    if (before.length === 0) {
      program.outputHelp({ error: true })
      return exitCodes.usage.code
    }
    await program.parseAsync(namesNoCommand(before) ? before.slice(1) : before, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : exitCodes.usage.code
  }
}

/** Commander's message as a sentence: `unknown command 'chekc'. Did you mean check?` */
function mistake(text: string): string {
  const [what = '', meant] = visible(text).replace('error: ', '').trim().split('\n')
  return `${what.replace(/\.$/, '')}.${meant === undefined ? '' : ` ${meant.replace(/^\(|\)$/g, '')}`}`
}

/** `conc help chekc` is the same mistake as `conc chekc`; commander would show all help and not say what is wrong. */
function namesNoCommand([first, second]: readonly string[]): boolean {
  return first === 'help' && second !== undefined && !commands.some(({ name }) => name === second)
}

type Given = Record<string, unknown>

function addCommand(
  program: Command,
  row: CommandRow,
  act: (args: readonly string[], given: Given) => Promise<void>,
): void {
  const command = program.command(`${row.name} ${row.args}`.trim()).description(row.summary)
  for (const [flags, summary] of row.options) command.option(flags, summary)
  for (const option of options()) command.addOption(option)
  command.addHelpText('after', `\nExamples:\n${row.examples.map((example) => `  ${example}\n`).join('')}`)
  command.action(async (...all: unknown[]) => {
    const args = all
      .slice(0, -2)
      .flat()
      .filter((word): word is string => typeof word === 'string')
    await act(args, given(program, command))
  })
}

/** What was given before the command's name and after it; of two the later one, of `--set` all. */
function given(program: Command, command: Command): Given {
  const before = program.opts()
  const after = command.opts()
  const written = Object.entries(after).filter(([name]) => command.getOptionValueSource(name) === 'cli')
  return { ...before, ...Object.fromEntries(written), set: [...(before.set ?? []), ...(after.set ?? [])] }
}

/** The common options, good before and after the command's name. */
function options(): Option[] {
  return commonOptions.map(([flags, summary]) => {
    const option = new Option(flags, summary)
    return option.long === '--set' ? option.argParser(collect) : option
  })
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** What stands after a lone `--` is a command for the node. */
function splitAtDashes(words: readonly string[]): { before: readonly string[]; after: readonly string[] } {
  const at = words.indexOf('--')
  return at < 0 ? { before: words, after: [] } : { before: words.slice(0, at), after: words.slice(at + 1) }
}

function exitCodeHelp(): string {
  const lines = Object.values(exitCodes).map(({ code, meaning }) => `  ${code}  ${meaning}`)
  return `\nExit codes:\n${lines.join('\n')}\n`
}
