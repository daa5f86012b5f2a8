import { parseArgs } from 'node:util'
import { shown } from '../deployfile/format.ts'
import { suggest } from '../words/suggest.ts'
import type { Arguments, Op, Parameter } from './types.ts'

/** How an op is written in a step line: `untar GLOB [--into DIR] [--strip N]`. */
export function usage(name: string, op: Op): string {
  const parameters = (op.parameters ?? []).map(parameterUsage)
  const flags = Object.entries(op.flags ?? {}).map(([flag, { value }]) => `[--${flag}${value ? ` ${value}` : ''}]`)
  return [name, ...parameters, ...flags].join(' ')
}

function parameterUsage(parameter: Parameter): string {
  const name = parameter.many ? `${parameter.name}…` : parameter.name
  return parameter.required ? name : `[${name}]`
}

/** Sorts the words of a step line by the op's declaration. Flags may stand anywhere before `--`. */
export function parseArguments(op: Op, words: readonly string[]): { args: Arguments } | { problem: string } {
  const parsed = op.raw ? { args: { positionals: words, flags: {} } } : sortWords(op, words)
  if ('problem' in parsed) return parsed
  const problem = countProblem(op.parameters ?? [], parsed.args.positionals)
  return problem === undefined ? parsed : { problem }
}

function sortWords(op: Op, words: readonly string[]): { args: Arguments } | { problem: string } {
  const declared = Object.entries(op.flags ?? {})
  const options = Object.fromEntries(
    declared.map(([name, flag]) => [name, { type: flag.value ? ('string' as const) : ('boolean' as const) }]),
  )
  // Not parseArgs' own strictness: its messages know nothing of step lines.
  const { tokens } = parseArgs({ args: [...words], options, allowPositionals: true, strict: false, tokens: true })
  const positionals: string[] = []
  const flags = new Map<string, string>()
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const problem = flagProblem(op, token.name, token.rawName, token.value, flags)
    if (problem !== undefined) return { problem }
    flags.set(token.name, token.value ?? 'true')
  }
  return { args: { positionals, flags: Object.fromEntries(flags) } }
}

function flagProblem(
  op: Op,
  name: string,
  rawName: string,
  value: string | undefined,
  seen: ReadonlyMap<string, string>,
): string | undefined {
  const known = op.flags ?? {}
  const flag = rawName.startsWith('--') && Object.hasOwn(known, name) ? known[name] : undefined
  if (flag === undefined) {
    const meant = suggest(name, Object.keys(known))
    return `there is no flag ${shown(rawName)}. A word that begins with a dash stands after \`--\`.${meant ? ` Did you mean --${meant}?` : ''}`
  }
  if (seen.has(name)) return `--${name} is given twice. Keep one.`
  if (flag.value && value === undefined) return `--${name} needs a value: --${name} ${flag.value}.`
  if (!flag.value && value !== undefined) return `--${name} takes no value.`
  return undefined
}

function countProblem(parameters: readonly Parameter[], words: readonly string[]): string | undefined {
  const missing = parameters.find((parameter, index) => parameter.required && index >= words.length)
  if (missing) return `${missing.name} is missing.`
  const extra = parameters.at(-1)?.many ? undefined : words[parameters.length]
  return extra === undefined ? undefined : `${shown(extra)} is a word too many. Quote what belongs together.`
}
