import type { Problem } from './types.ts'

/** A problem as one line: `deploy.ini:12: what is wrong. What to do.`; a warning says so after the place. */
export function formatProblem(problem: Problem): string {
  const { place, severity, message } = problem
  const where = place === undefined ? '' : `${place.file}:${place.line}: `
  return `${where}${severity === 'warning' ? 'warning: ' : ''}${message}`
}

const longest = 60

/** A piece of the file for a message, in backquotes: cut when long, without a character that steers a terminal. */
export function shown(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text
  return `\`${cut.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escaped)}\``
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}
