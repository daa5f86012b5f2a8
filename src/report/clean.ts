// Categories of UAX 44: controls, format characters (bidi, zero width, tags), line and paragraph separators, lone halves.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

// The same without tab and newline, so that a text of plain lines is passed over at once.
const unseenInLines = /[\0-\x08\x0b-\x1f\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * Text of a node or a file as it may be shown to people: what steers a terminal or hides in a line becomes visible, as
 * `\x1b` or `\u202e`. Tabs and newlines stay; `\r\n` and a lone `\r`, as progress bars print it, are newlines.
 */
export function visible(text: string): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  return lines.replace(unseenInLines, escaped)
}

/** The same for what has to stay on one line: newlines become visible too. */
export function visibleLine(text: string): string {
  return text.replace(unseen, (character) => named.get(character) ?? escaped(character))
}

const named: ReadonlyMap<string, string> = new Map([
  ['\t', '\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
])

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code > 0xffff) return `\\u{${hex}}`
  return code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`
}
