import { split } from 'shlex'

const parts = /\\.|'([^']*)'|"((?:\\.|[^"\\])*)"|\$/gs

/**
 * Splits a line into words as a POSIX shell does (quotes, backslash), without expansions, operators or comments.
 * Throws when a quote or a backslash is left open.
 */
export function splitWords(text: string): string[] {
  // shlex 3.0.0 unescapes across the parts of a word ('\\'"x" loses a backslash) and reads $'…' as bash does:
  // it gets quoted parts as plain backslashes.
  return split(text.replaceAll(parts, plain))
}

function plain(part: string, single: string | undefined, double: string | undefined): string {
  if (part.startsWith('\\')) return part
  if (part === '$') return '\\$'
  const content = single ?? (double ?? '').replaceAll(/\\([$`"\\])/g, '$1')
  return content === '' ? "''" : content.replaceAll(/./gs, '\\$&')
}
