/**
 * A text in lines of so many columns, broken at its spaces. Only a word that is wider by itself is.
 * @param widthOf the columns that a text takes; its characters when absent.
 */
export function wrapped(
  text: string,
  columns: number,
  widthOf: (text: string) => number = ({ length }) => length,
): readonly string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const word of text.split(' ')) {
    if (line !== undefined && line !== '' && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line)
      line = word
    } else line = line === undefined ? word : `${line} ${word}`
  }
  return [...lines, line ?? '']
}
