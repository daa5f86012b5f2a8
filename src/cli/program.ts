import { Command, CommanderError, Option } from 'commander'
import { visible } from '../report/clean.ts'
import { UsageError } from '../words/errors.ts'
import { exitCodes } from '../words/status.ts'
import { actions } from './actions.ts'
import { type Block, render } from './help/block.ts'
import { commandPage, helpOption } from './help/command.ts'
import { paper } from './help/paper.ts'
import { programPage, versionOption } from './help/program.ts'
import { type CommandName, type CommandRow, commands, commonOptions } from './table.ts'
import type { World } from './world.ts'

/** Parses the words of the command line and carries the command out. Gives the exit code; throws ConcError. */
export async function main(words: readonly string[], world: World): Promise<number> {
  const { before, after } = splitAtDashes(words)
  const color = world.color && !before.includes('--no-color')
  let exitCode = 0
  const program = new Command('conc')
    .version(world.version, ...versionOption)
    .helpOption(...helpOption)
    .helpCommand(false)
    .configureHelp({ formatHelp: (command) => render(pageOf(command.name()), paper(process.stdout, color)) })
    .exitOverride()
    .configureOutput({
      writeOut: world.out,
      writeErr: world.say,
      outputError: (text, write) => write(`${mistake(text)} See conc --help.\n`),
    })
    .showSuggestionAfterError()
  for (const option of options()) program.addOption(option)
  for (const row of commands) {
    addCommand(program, row, async (args, given) => {
      if (after.length > 0 && !row.takesCommand)
        throw new UsageError(`${row.name} takes nothing after --. See conc help ${row.name}.`)
      const action = await actions[row.name as CommandName]()
      const own = given.color === false ? colorless(world) : world
      exitCode = await action(args, { ...given, command: after } as never, own)
      if (exitCode === 0 && !row.recorded && !(await world.flushed())) exitCode = exitCodes.error.code
    })
  }
  try {
    if (before.length === 0) {
      program.outputHelp({ error: true })
      return exitCodes.usage.code
    }
    await program.parseAsync(withJsonFile(before), { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : exitCodes.usage.code
  }
}

function colorless({ seat, ...world }: World): World {
  return { ...world, color: false, ...(seat && { seat: { ...seat, color: false } }) }
}

/** Commander's message as a sentence: `unknown command 'chekc'. Did you mean check?` */
function mistake(text: string): string {
  const [what = '', meant] = visible(text).replace('error: ', '').trim().split('\n')
  return `${what.replace(/\.$/, '')}.${meant === undefined ? '' : ` ${meant.replace(/^\(|\)$/g, '')}`}`
}

function pageOf(name: string): readonly Block[] {
  const row = commands.find((one) => one.name === name)
  return row === undefined ? programPage() : commandPage(row)
}

type Given = Record<string, unknown>

function addCommand(
  program: Command,
  row: CommandRow,
  act: (args: readonly string[], given: Given) => Promise<void>,
): void {
  const command = program.command(`${row.name} ${row.args}`.trim()).description(row.summary)
  const own = row.options.map(toOption)
  const common = options().filter(({ long }) => own.every((option) => option.long !== long))
  for (const option of [...own, ...common]) command.addOption(option)
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
  return commonOptions.map(toOption)
}

function toOption([flags, summary]: readonly [flags: string, summary: string]): Option {
  const option = new Option(flags, summary)
  return summary.endsWith('may be given again') ? option.argParser(collect) : option
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** `conc test --json FILE`, but only where the word is plainly a file: of `conc test --json web1` web1 is the node. */
function withJsonFile(words: readonly string[]): readonly string[] {
  if (!words.includes('test')) return words
  const isFile = (at: number) => words[at - 1] === '--json' && /\.(json|jsonl|ndjson)$/.test(words[at] ?? '')
  return words.flatMap((word, at) => (isFile(at + 1) ? [] : [isFile(at) ? `--json=${word}` : word]))
}

/** What stands after a lone `--` is a command for the node. */
function splitAtDashes(words: readonly string[]): { before: readonly string[]; after: readonly string[] } {
  const at = words.indexOf('--')
  return at < 0 ? { before: words, after: [] } : { before: words.slice(0, at), after: words.slice(at + 1) }
}
