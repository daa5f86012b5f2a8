import { Command, CommanderError, Option } from 'commander'
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
    .configureOutput({ writeOut: world.out, writeErr: world.say })
    .showSuggestionAfterError()
    .addHelpText('after', exitCodeHelp())
  for (const option of options()) program.addOption(option)
  for (const row of commands) {
    addCommand(program, row, async (args, given) => {
      const action = await row.load()
      const merged: Given = { ...program.opts(), ...given, command: after }
      exitCode = await action(args, merged as never, merged.color === false ? { ...world, color: false } : world)
    })
  }
  try {
    if (before.length === 0) {
      program.outputHelp()
      return exitCodes.usage.code
    }
    await program.parseAsync(before, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : exitCodes.usage.code
  }
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
    await act(args, command.opts())
  })
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
