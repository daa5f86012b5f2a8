import { type Compared, tableOf } from './pairs.ts'

/** A number of its own, and what it has to be. */
export interface Fact {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What it must not be over, in the same unit. */
  readonly most?: number
  /** What it must not be under. */
  readonly least?: number
}

/** What was found about one question. */
export interface Finding {
  readonly tables: readonly Compared[]
  readonly facts: readonly Fact[]
  /** What was left out, and why. */
  readonly notes: readonly string[]
}

/** How a finding is asked for: whether only to see that it works, and how many rounds. */
export interface Effort {
  readonly quick: boolean
  readonly rounds: number
}

export function markdownOf(title: string, { tables, facts, notes }: Finding): string {
  const rows = facts.map((fact) => `| ${fact.name} | ${shown(fact)} | ${boundOf(fact)} | ${verdictOf(fact)} |`)
  const table = rows.length === 0 ? [] : ['| what | measured | line | |', '| --- | --- | --- | --- |', ...rows, '']
  return [`## ${title}`, '', ...tables.map(tableOf), ...table, ...notes.map((note) => `- ${note}`), ''].join('\n')
}

function shown({ value, unit }: Fact): string {
  return `${Math.round(value * 100) / 100} ${unit}`.trim()
}

function boundOf({ most, least }: Fact): string {
  if (most !== undefined) return `at most ${most}`
  return least === undefined ? '' : `at least ${least}`
}

function verdictOf({ value, most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY }: Fact): string {
  if (Number.isFinite(most) || Number.isFinite(least)) return value <= most && value >= least ? 'met' : 'missed'
  return ''
}
