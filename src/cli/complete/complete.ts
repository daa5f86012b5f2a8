import { type Candidate, candidatesFor } from './candidates.ts'
import { namedIn } from './deployfile.ts'
import { readTyped, type TypedLine } from './line.ts'
import { readSituation } from './situation.ts'

/**
 * What `conc complete` answers to the scripts of the shells: a line `VALUE<tab>SUMMARY` for each candidate, or `:files`; and
 * `:open` where more is to be typed to the word. It reads the deploy file and nothing else, loads no op, and is silent about
 * whatever is wrong.
 * @param words `bash COMP_WORDBREAKS LINE`, or `zsh|fish WORD…` with the word at the cursor last.
 */
export async function complete([shell, ...words]: readonly string[], home: string | undefined): Promise<string> {
  const typed = shell === 'bash' ? readTyped(words[1] ?? '', words[0]) : { words: ['conc', ...words], from: 0 }
  const at = readSituation(shell === 'fish' ? lastUnquoted(words) : typed.words.slice(1))
  if (at === undefined) return ''
  const found = await candidatesFor(at, () => namedIn(at.file, home, at.wanted === 'key=value'))
  if (found.files) return ':files\n'
  const fitting = found.words
    .map(({ value, summary }) => ({ value: `${at.lead}${value}`, summary }))
    .filter(({ value }) => value.startsWith(`${at.lead}${at.current}`) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value))
  const lines = fitting.map(shell === 'bash' ? (one) => bashWord(one, typed) : describedLine)
  return [...lines, ...(found.open ? [':open'] : [])].map((line) => `${line}\n`).join('')
}

/** Fish gives the word at the cursor as it is typed. */
function lastUnquoted(words: readonly string[]): readonly string[] {
  return [...words.slice(0, -1), ...readTyped(words.at(-1) ?? '').words.slice(0, 1)]
}

function describedLine({ value, summary }: Candidate): string {
  return `${value}\t${summary}`
}

/** Bash puts it in as it is, in place of the piece that it found; in the quotes that are open there. */
function bashWord({ value }: Candidate, { from, quote }: TypedLine): string {
  const piece = value.slice(from)
  if (quote === "'") return piece
  return quote === '"' ? piece.replace(/["$`\\]/g, '\\$&') : piece.replace(/[^\w@%+=:,./-]/g, '\\$&')
}
