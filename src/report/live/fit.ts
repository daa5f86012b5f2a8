import cliTruncate from 'cli-truncate'
import stringWidth from 'string-width'
import { wrapped } from '../wrap.ts'

/** Text of a node or a file within so many columns, counted as a terminal shows them; what is left out is an ellipsis. */
export function cut(text: string, columns: number): string {
  if (columns < 1) return ''
  // Of a line that is far too long the rest need not be measured.
  const start = text.length > 8 * columns ? `${text.slice(0, 8 * columns)}…` : text
  const line = start.replaceAll('\t', '    ')
  const fitting = cliTruncate(line, columns)
  // cli-truncate 5.2 keeps a wide character of which only half fits.
  return stringWidth(fitting) > columns ? cliTruncate(line, columns - 1) : fitting
}

/** Text in as many lines as it takes, broken at spaces: the first after a lead, the others below what follows it. A word that is too wide stays so. */
export function hanging(
  lead: string,
  text: string,
  columns: number,
  dress: (line: string) => string = String,
): readonly string[] {
  const indent = stringWidth(lead)
  const lines = wrapped(text, columns - indent, widthOf)
  return lines.map((line, index) => `${index === 0 ? lead : ' '.repeat(indent)}${dress(line)}`)
}

/** Text with spaces up to a width in columns. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)))
}

/** The columns that a text takes. */
export function widthOf(text: string): number {
  return stringWidth(text)
}
