/** The words of a command line as far as it is typed; the last one is the one at the cursor. */
export interface TypedLine {
  readonly words: readonly string[]
  /** The quote that is open at the cursor. */
  readonly quote?: '"' | "'"
  /** Where in the last word, counted without quotes, the piece begins that bash replaces. */
  readonly from: number
}

/**
 * Splits what is typed up to the cursor as a shell does, but puts nothing in and minds no open quote.
 * @param breaks the characters at which bash begins a new piece: COMP_WORDBREAKS.
 */
export function readTyped(text: string, breaks = ''): TypedLine {
  const words: string[] = []
  let word = ''
  let begun = false
  let quote: '"' | "'" | undefined
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (quote === undefined && /\s/.test(character)) {
      if (begun) words.push(word)
      word = ''
      begun = false
      from = 0
      continue
    }
    begun = true
    if (character === quote) quote = undefined
    else if (quote === undefined && (character === '"' || character === "'")) {
      quote = character
      from = word.length
    } else if (character === '\\' && quote !== "'") word += text.charAt(++at)
    else {
      word += character
      if (quote === undefined && breaks.includes(character)) from = word.length
    }
  }
  return { words: [...words, word], ...(quote === undefined ? {} : { quote }), from }
}
