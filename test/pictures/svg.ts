import stringWidth from 'string-width'
import { type Painted, paintedLines } from './sgr.ts'

/** Of a character cell and the edge around them all, in pixels. */
const cell = { width: 8, height: 18, base: 13 }
const edge = 14

const fonts = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
const colors: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#56d364',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  90: '#8b949e',
}
const ink = '#d4dae0'
const faint = '#8b949e'

/** A terminal as a picture: dark, with nothing in it that must be loaded. Each character stays in its cell, whichever font shows it. */
export function svgOf(captured: string, { title, columns }: { title: string; columns: number }): string {
  const lines = withoutPrompt(paintedLines(captured))
  const width = columns * cell.width + 2 * edge
  const height = lines.length * cell.height + 2 * edge
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<g font-family="${fonts}" font-size="13" fill="${ink}">`,
    ...lines.flatMap(rowOf),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

/** What stands below the last line is nothing, or a shell that waits. */
function withoutPrompt(lines: readonly (readonly Painted[])[]): readonly (readonly Painted[])[] {
  const said = (line: readonly Painted[]) => !/^\$?\s*$/.test(line.map(({ text }) => text).join(''))
  return lines.slice(0, lines.findLastIndex(said) + 1)
}

function rowOf(line: readonly Painted[], row: number): readonly string[] {
  const y = edge + row * cell.height + cell.base
  let column = 0
  const words = line.flatMap(({ text, ...look }) =>
    wordsOf(text).map((word) => {
      const at = column
      column += stringWidth(word)
      return word.trim() === '' ? '' : textOf(word, at, y, attributesOf(look))
    }),
  )
  return words.filter((word) => word !== '')
}

/** What one font shows for sure at an even width stays together; any other character has a place of its own. */
function wordsOf(text: string): readonly string[] {
  return text.match(/[!-~]+(?: [!-~]+)*| +|[█░]+|\P{M}\p{M}*/gu) ?? []
}

function textOf(word: string, column: number, y: number, attributes: string): string {
  const length = stringWidth(word) * cell.width
  const at = `x="${edge + column * cell.width}" y="${y}" textLength="${length}"`
  return `<text ${at} lengthAdjust="spacingAndGlyphs"${attributes}>${escaped(word)}</text>`
}

function attributesOf({ color, bold, dim }: Omit<Painted, 'text'>): string {
  const fill = (color === undefined ? undefined : colors[color]) ?? (dim ? faint : undefined)
  return `${fill === undefined ? '' : ` fill="${fill}"`}${bold ? ' font-weight="bold"' : ''}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
