import type { Command } from '../ops/types.ts'
import { shellName } from './quote.ts'

/** Attributes under their names as shell variables. The deploy file has checked that no two become the same. */
export function shellVariables(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [shellName(key), value]))
}

/** A command with only those variables that its script names, as `$name`, `${name…}` or `${#name}`. */
export function withUsedVariables(command: Command): Command {
  if ('argv' in command) return command
  const { script, variables = {} } = command
  const used = new Set(Array.from(script.matchAll(/\$(?:\{#?)?([A-Za-z_]\w*)/g), ([, name]) => name))
  const kept = Object.entries(variables).filter(([name]) => used.has(name))
  return kept.length > 0 ? { script, variables: Object.fromEntries(kept) } : { script }
}
