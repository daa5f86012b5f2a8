/** A table; what would end a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A term as it is typed, beside what it means. */
export function coded([term, ...rest]: readonly [string, ...string[]]): readonly string[] {
  return [code(term), ...rest]
}

export function code(text: string): string {
  return `\`${text}\``
}
