import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { usage } from '../../../src/ops/arguments.ts'
import { argumentTypes } from '../../../src/ops/argumenttypes.ts'
import { loadOps } from '../../../src/ops/load.ts'
import type { ArgumentType, Op } from '../../../src/ops/types.ts'
import { root } from '../pages.ts'
import { code, table } from './markdown.ts'

export const opNames = readdirSync(`${root}jobs`).map((file) => basename(file, '.ts'))

/** The built-in ops, each with a link to what is said of it. */
export async function opsPart(): Promise<string> {
  const { ops } = await loadOps(opNames, root)
  const rows = Array.from(ops, ([name, op]) => [`[\`${name}\`](#${name})`, op.summary, sidesOf(op), kindOf(op)])
  return table(['op', 'does', 'sides', 'kind'], rows)
}

/** How an op is written, with its words and flags. */
export async function opPart(name: string): Promise<string> {
  const op = (await loadOps([name], root)).ops.get(name)
  if (op === undefined) throw new Error(`there is no op ${name}`)
  const words = (op.parameters ?? []).map(({ name: word, summary, type }) => [code(word), summary, takes(type)])
  const flags = Object.entries(op.flags ?? {}).map(([flag, { value, summary, type }]) => [
    code(value === undefined ? `--${flag}` : `--${flag} ${value}`),
    summary,
    takes(type),
  ])
  const rows = [...words, ...flags]
  return [code(usage(name, op)), ...(rows.length > 0 ? [table(['word', 'is', 'takes'], rows)] : [])].join('\n\n')
}

/** What a word of an op can be declared to be. */
export function typesPart(): string {
  const rows = Object.entries(argumentTypes).map(([name, { expects }]) => [code(name), expects])
  return table(['type', 'takes'], [...rows, [code('{ oneOf }'), "one of a list: `{ oneOf: ['blue', 'green'] }`"]])
}

function sidesOf({ sides = [] }: Op): string {
  return sides.length === 1 ? (sides[0] ?? '') : 'both'
}

function kindOf(op: Op): string {
  return 'command' in op ? 'command' : 'run' in op ? 'code' : 'runner'
}

function takes(type: ArgumentType | undefined): string {
  if (type === undefined) return ''
  return typeof type === 'string' ? argumentTypes[type].expects : type.oneOf.map(code).join(' or ')
}
