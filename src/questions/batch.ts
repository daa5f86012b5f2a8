import { quoteAll } from '../plan/quote.ts'
import { type Answer, type Question, Unknown } from './types.ts'

/**
 * The text for `sh` that answers questions one after the other. Before and after each it prints a line with the nonce on
 * both streams, so that what they print needs no escaping.
 * @param scripts the texts that define the functions.
 */
export function batchText(questions: readonly Question[], scripts: string, nonce: string): string {
  const calls = questions.map(({ name, words }, at) => `ask ${at} q_${name} ${quoteAll(words)}`.trimEnd())
  return [
    'LC_ALL=C PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/sbin:/sbin; export LC_ALL PATH',
    scripts,
    `mark() { printf '\\n${nonce} %s\\n' "$*"; printf '\\n${nonce} %s\\n' "$*" >&2; }`,
    'ask() { a_at=$1; shift; mark B "$a_at"; ( "$@" ) </dev/null; mark E "$a_at" "$?"; }',
    ...calls,
  ].join('\n')
}

/**
 * Reads what the text of `batchText` printed.
 * @returns an answer a question; those that are not whole are Unknown.
 */
export function parseBatch(
  count: number,
  stdout: Buffer,
  stderr: Buffer,
  nonce: string,
): readonly (Answer | Unknown)[] {
  return Array.from({ length: count }, (_, at) => {
    const out = between(stdout, nonce, at)
    const err = between(stderr, nonce, at)
    if (out === undefined || err === undefined) return new Unknown('the node did not answer')
    return { exit: out.exit, stdout: out.bytes, stderr: err.bytes.toString('utf8') }
  })
}

function between(stream: Buffer, nonce: string, at: number): { bytes: Buffer; exit: number } | undefined {
  const begin = `\n${nonce} B ${at}\n`
  const start = stream.indexOf(begin)
  if (start < 0) return undefined
  const from = start + begin.length
  const end = `\n${nonce} E ${at} `
  const to = stream.indexOf(end, from)
  if (to < 0) return undefined
  const line = stream.subarray(to + end.length, stream.indexOf('\n', to + end.length)).toString('latin1')
  return { bytes: stream.subarray(from, to), exit: Number(line) }
}
