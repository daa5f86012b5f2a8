import { type Flags, readArguments, readFlags } from '../flags.ts'
import { type CommandRow, commands, commonOptions } from '../table.ts'

/** An option that can be given here. */
export interface OptionHere extends Flags {
  readonly summary: string
}

/** What is known of a command line that is still being typed. */
export interface Situation {
  readonly row?: CommandRow
  /** The words that are neither options nor their values, without the command. */
  readonly positionals: readonly string[]
  /** The options of the command, as far as they were not given yet. */
  readonly options: readonly OptionHere[]
  readonly file: string
  readonly current: string
  /** What the word at the cursor is to be: the name that the table gives it, such as `node`. */
  readonly wanted: string
  /** What stands before it in the same word: `--limit=`. */
  readonly lead: string
}

/** Reads the words of a command line, without `conc`; the last one is at the cursor. Undefined where nothing of conc's can stand. */
export function readSituation(words: readonly string[]): Situation | undefined {
  const current = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  if (before.includes('--')) return undefined
  const { positionals, given, open } = readBefore(before)
  const row = commands.find(({ name }) => name === positionals[0])
  if (row === undefined && positionals.length > 0) return undefined
  const all = optionsOf(row)
  const [, inline, begun = ''] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? []
  const rest = positionals.slice(1)
  const base = {
    ...(row === undefined ? {} : { row }),
    positionals: rest,
    options: all.filter((option) => isRepeated(option) || !option.names.some((name) => given.has(name))),
    file: given.get('--file') ?? given.get('-f') ?? 'deploy.ini',
  }
  if (open !== undefined) return { ...base, current, wanted: open, lead: '' }
  if (inline !== undefined) {
    const named = all.find(({ names }) => names.includes(inline))
    return { ...base, current: begun, wanted: named?.value ?? '', lead: `${inline}=` }
  }
  if (current.startsWith('-')) return { ...base, current, wanted: 'option', lead: '' }
  return { ...base, current, wanted: row === undefined ? 'command' : argumentAt(row, rest.length), lead: '' }
}

interface Before {
  /** The command is the first. */
  readonly positionals: readonly string[]
  readonly given: ReadonlyMap<string, string>
  /** The value that an option at the end waits for. */
  readonly open: string | undefined
}

function readBefore(words: readonly string[]): Before {
  const positionals: string[] = []
  const given = new Map<string, string>()
  let waiting: { readonly name: string; readonly value: string } | undefined
  for (const word of words) {
    if (waiting !== undefined) {
      given.set(waiting.name, word)
      waiting = undefined
      continue
    }
    if (!/^-./.test(word)) {
      positionals.push(word)
      continue
    }
    const { name, value, waits } = readOption(
      word,
      commands.find(({ name }) => name === positionals[0]),
    )
    given.set(name, value)
    if (waits !== undefined) waiting = { name, value: waits }
  }
  return { positionals, given, open: waiting?.value }
}

function readOption(word: string, row: CommandRow | undefined): { name: string; value: string; waits?: string } {
  const [, name = word, joined] = /^(--[^=]+)=(.*)$/s.exec(word) ?? /^(-[^-])(.+)$/s.exec(word) ?? []
  const known = optionsOf(row).find(({ names }) => names.includes(name))
  const waits = joined === undefined && known?.optional === undefined ? known?.value : undefined
  return { name, value: joined ?? '', ...(waits === undefined ? {} : { waits }) }
}

function optionsOf(row: CommandRow | undefined): readonly OptionHere[] {
  const own = (row?.options ?? []).map(read)
  const names = own.flatMap((option) => option.names)
  const common = [...commonOptions, ...everywhere, ...(row === undefined ? atTheStart : [])].map(read)
  return [...own, ...common.filter((option) => !option.names.some((name) => names.includes(name)))]
}

const everywhere = [['-h, --help', 'help']] as const
const atTheStart = [['-V, --version', 'the version']] as const

function read([flags, summary]: readonly [flags: string, summary: string]): OptionHere {
  return { ...readFlags(flags), summary }
}

function isRepeated({ summary }: OptionHere): boolean {
  return summary.endsWith('may be given again')
}

function argumentAt({ args }: CommandRow, index: number): string {
  const known = readArguments(args)
  const last = known.at(-1)
  return (known[index] ?? (last?.many ? last : undefined))?.name ?? ''
}
