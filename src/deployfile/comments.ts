/** A value without its comment; `open` when a quote in it is never closed. */
export interface Uncommented {
  readonly value: string
  readonly open?: true
}

const words = /\\.|"(?:\\.|[^"\\])*("?)|'[^']*('?)|[ \t]+[;#]|[ \t]+|[^\\"' \t]+|\\$/gsy
const text = /"(?:\\.|[^"\\])*("?)|'[^']*('?)|[ \t]+[;#]|[ \t]+|[^"' \t]+/gsy

/**
 * Cuts off the comment: `;` or `#` at the start or after a blank, outside quotes.
 * In `words` (step lines) a backslash takes the next character along, as in a shell; in `text` it does so inside double quotes only,
 * and an open quote is a plain apostrophe unless the whole value would be quoted or a comment might follow.
 */
export function uncomment(line: string, kind: 'words' | 'text'): Uncommented {
  if (/^[ \t]*[;#]/.test(line)) return { value: '' }
  const value = trimmed(line)
  for (const match of value.matchAll(kind === 'words' ? words : text)) {
    const [token, double, single] = match
    if (/^[ \t]/.test(token) && /[;#]$/.test(token)) return { value: value.slice(0, match.index) }
    if (double !== '' && single !== '') continue
    if (kind === 'words' || match.index === 0 || /[ \t][;#]/.test(token)) return { value, open: true }
  }
  return { value }
}

/** Without blanks and tabs at both ends; other white space belongs to the value. */
export function trimmed(line: string): string {
  return line.replace(/^[ \t]+/, '').replace(/(?<![ \t])[ \t]+$/, '')
}
