import { visible, visibleLine } from '../clean.ts'
import { paints } from '../style.ts'
import { cut, hanging, widthOf } from './fit.ts'
import type { Look } from './rows.ts'

/** A key with what it does. */
export interface Choice {
  readonly key: string
  readonly label: string
  /** Where the label does not fit. */
  readonly short?: string
}

/** A question that one key answers. */
export interface Question {
  readonly question: string
  readonly choices: readonly Choice[]
  readonly detail?: string
  /** The step that is asked about. */
  readonly step?: string
}

/** What stands below the list: the keys, the help, or a question to the person. */
export type Foot =
  | { readonly kind: 'keys'; readonly halting: boolean; readonly ending: boolean; readonly more: boolean }
  | { readonly kind: 'help' }
  | ({ readonly kind: 'choice' } & Question)
  | { readonly kind: 'text'; readonly question: string; readonly typed: string; readonly hint: string }

/** The lines below the list. */
export function footRows(foot: Foot, look: Look): readonly string[] {
  switch (foot.kind) {
    case 'keys':
      return keyRows(foot, look)
    case 'help':
      return helpRows(look)
    case 'choice':
      return [...detailRows(foot.detail, look), ...questionRows(foot.question, look), ...choiceRows(foot.choices, look)]
    case 'text':
      return [
        ...questionRows(foot.question, look),
        ` > ${endOf(foot.typed, look.columns - 5)}_`,
        ...fitting(hanging(' ', foot.hint, look.columns, paints(look).dim), look),
      ]
  }
}

function questionRows(text: string, look: Look): readonly string[] {
  const { bold, cyan } = paints(look)
  return fitting(hanging(` ${cyan('?')} `, visibleLine(text), look.columns, bold), look)
}

function fitting(rows: readonly string[], { columns }: Look): readonly string[] {
  return rows.map((row) => cut(row, columns))
}

function dimmed(text: string, look: Look): string {
  return paints(look).dim(cut(text, look.columns - 2))
}

/** Of what is typed the end is what one looks at. */
function endOf(text: string, columns: number): string {
  const characters = [...visibleLine(text)]
  while (characters.length > 0 && cut(characters.join(''), columns) !== characters.join('')) characters.shift()
  return characters.join('')
}

function detailRows(detail: string | undefined, look: Look): readonly string[] {
  if (detail === undefined) return []
  return visible(detail)
    .split('\n')
    .map((line) => `   ${dimmed(line, { ...look, columns: look.columns - 2 })}`)
}

function keyRows({ halting, ending, more }: Extract<Foot, { kind: 'keys' }>, look: Look): readonly string[] {
  const { yellow } = paints(look)
  const halts = ['halting after this step; Ctrl-C or e ends it now', 'halting after this step']
  const said = ending ? 'ending what runs' : fittingOf(halts, look.columns - 4)
  const output = more ? 'less output' : 'more output'
  const choices = [
    ...(halting ? [] : [{ key: 'h', label: 'halt after this step', short: 'halt' }]),
    { key: 'o', label: output, short: 'output' },
    ...(ending ? [] : [{ key: 'e', label: 'end this step', short: 'end' }]),
    { key: '?', label: 'help' },
  ]
  return [...(halting ? [` ${yellow('⏸')} ${cut(said, look.columns - 4)}`] : []), ...choiceRows(choices, look)]
}

/** The first that fits, else the last. */
function fittingOf(texts: readonly string[], columns: number): string {
  return texts.find((text) => widthOf(text) <= columns) ?? texts.at(-1) ?? ''
}

/** The choices in as few lines as they take; their short words where the long ones need more than one. */
function choiceRows(choices: readonly Choice[], look: Look): readonly string[] {
  const full = wrapped(
    choices.map(({ key, label }) => [key, label] as const),
    look.columns,
  )
  const rows =
    full.length > 1
      ? wrapped(
          choices.map(({ key, label, short = label }) => [key, short] as const),
          look.columns,
        )
      : full
  const { bold, dim } = paints(look)
  return rows.map((row) => ` ${row.map(([key, label]) => `${bold(key)} ${dim(label)}`).join('   ')}`)
}

type Pair = readonly [key: string, label: string]

function wrapped(pairs: readonly Pair[], columns: number): readonly (readonly Pair[])[] {
  const rows: Pair[][] = []
  let width = 0
  for (const pair of pairs) {
    const needs = pair[0].length + 1 + pair[1].length
    const row = rows.at(-1)
    if (row === undefined || width + 3 + needs > columns) {
      rows.push([pair])
      width = 1 + needs
    } else {
      row.push(pair)
      width += 3 + needs
    }
  }
  return rows
}

const help = [
  ['h', 'halt after this step; the bundle is kept, and conc resume goes on'],
  ['e', 'end this step, its whole process group; it asks first'],
  ['o', 'more or less of what the step prints'],
  ['Ctrl-C', 'once as h, twice as e, three times leaves at once'],
  ['Ctrl-Z', 'suspends conc; the step on the node goes on'],
  ['?', 'closes this'],
] as const

function helpRows(look: Look): readonly string[] {
  const { bold, dim } = paints(look)
  const rows = help.flatMap(([key, text]) => hanging(` ${bold(key.padEnd(6))}  `, text, look.columns, dim))
  return fitting(rows, look)
}
