import { visible, visibleLine } from '../clean.ts'

/** A value as a code span of one line: nothing in it is markup. */
export function code(value: string): string {
  const text = visibleLine(value)
  if (text === '') return '_empty_'
  const ticks = '`'.repeat(longestRun(text) + 1)
  // Of blanks at both ends one is taken off, and a backtick there would belong to the fence.
  const pad = /^`|`$|^ .* $/.test(text) && text.trim() !== '' ? ' ' : ''
  return ticks + pad + text + pad + ticks
}

/** Text of the deploy file or an op as words on one line: nothing in it is markup, for TypeDoc neither. */
export function prose(text: string): string {
  return (
    visibleLine(text.replaceAll(/\s+/g, ' ').trim())
      .replaceAll(/[\\*_[\]<>~&{}@]/g, '\\$&')
      // TypeDoc takes an escaped one for the beginning of code.
      .replaceAll('`', '&#96;')
      .replace(/^(?=[#+-])|(?<=^\d{1,9})(?=[.)])/, '\\')
  )
}

/** Lines to be typed or read as they are: the fence is longer than any in them. */
export function fence(language: 'sh' | 'text', text: string): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${ticks}${language}\n${visible(text)}\n${ticks}`
}

/** A table. The cells are Markdown of one line. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** What stands in one list item a part. */
export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))
}
