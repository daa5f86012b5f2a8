import { quote as shlexQuote } from 'shlex'

export { variableOf as shellName } from '../words/attributes.ts'

/** Words that mean something to the shell where a command's name stands. */
const reserved = new Set('if then else elif fi do done case esac while until for in function select time'.split(' '))

/** One word for POSIX sh, csh and fish alike: as it is when nothing in it is special, otherwise in quotes. NUL can't be quoted. */
export function quote(word: string): string {
  // zsh reads `=ls` as the path of ls.
  return word.startsWith('=') ? `'='${word.length > 1 ? shlexQuote(word.slice(1)) : ''}` : shlexQuote(word)
}

/** argv as one line that a shell splits into the same words again. */
export function quoteAll(argv: readonly string[]): string {
  return argv.map((word, index) => (index === 0 ? quoteName(word) : quote(word))).join(' ')
}

/** A command's name: `if` and `A=b` are words only when quoted. */
function quoteName(word: string): string {
  return (word.includes('=') || reserved.has(word)) && quote(word) === word ? `'${word}'` : quote(word)
}
