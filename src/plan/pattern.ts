import { quote } from './quote.ts'

/** A pattern as it is typed: `*`, `?` and `[…]` stay what they are, all else is quoted. Never an option. */
export function quotePattern(pattern: string): string {
  const word = pattern.startsWith('-') ? `./${pattern}` : pattern
  return word
    .split(/([*?]|\[[!^]?|\])/)
    .map((part, index) => (index % 2 === 1 || part === '' ? part : quote(part)))
    .join('')
}
