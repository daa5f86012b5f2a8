/** The topic that a command line asks for when it asks for help and nothing else; undefined when there is more to read in it. */
export function helpAsked(words: readonly string[]): readonly string[] | undefined {
  const [first = '', second] = words
  const isFlag = (word: string | undefined) => word === '-h' || word === '--help'
  if (words.length === 1 && (first === 'help' || isFlag(first))) return []
  if (words.length !== 2 || first.startsWith('-') || second === undefined) return undefined
  if (first === 'help') return second.startsWith('-') ? undefined : [second]
  return isFlag(second) ? [first] : undefined
}
