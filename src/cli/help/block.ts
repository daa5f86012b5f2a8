import { paints } from '../../report/style.ts'
import { wrapped } from '../../report/wrap.ts'

/** A part of a page of help: a paragraph, rows of a term and what it means, or lines that stay as they are. */
export type Block =
  | { readonly text: string }
  | { readonly title: string; readonly rows: readonly (readonly [term: string, meaning: string])[] }
  | { readonly title: string; readonly lines: readonly string[] }

export interface Paper {
  /** In columns. */
  readonly width: number
  readonly color: boolean
}

/** A page as text, wrapped at the width. Only single words and lines that stay as they are may be wider. */
export function render(blocks: readonly Block[], { width, color }: Paper): string {
  const { bold } = paints({ color })
  const parts = blocks.map((block) => {
    if ('text' in block) return wrapped(block.text, width)
    const lines =
      'lines' in block ? block.lines.map((line) => (line === '' ? '' : `  ${line}`)) : rowLines(block.rows, width)
    return [bold(`${block.title}:`), ...lines]
  })
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** Where what terms mean begins at most; a longer term has a line of its own. */
const widestTerm = 33
/** Where there is less room beside the terms, what they mean stands below them. */
const leastRoom = 30

function rowLines(rows: readonly (readonly [string, string])[], width: number): string[] {
  const column = Math.min(widestTerm, Math.max(...rows.map(([term]) => term.length))) + 4
  return rows.flatMap(([term, meaning]) => {
    const beside = width - column >= leastRoom && term.length <= column - 4
    const indent = width - column >= leastRoom ? column : 6
    const lines = indented(meaning, width, indent)
    if (!beside) return [`  ${term}`, ...lines]
    const [first = '', ...rest] = lines
    return [`  ${term.padEnd(column - 4)}  ${first.trimStart()}`.trimEnd(), ...rest]
  })
}

function indented(text: string, width: number, indent: number): readonly string[] {
  return wrapped(text, width - indent).map((line) => (line === '' ? '' : `${' '.repeat(indent)}${line}`))
}
