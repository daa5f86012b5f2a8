/** Text from the other side as one short harmless line: control and format characters become spaces. */
export function plainLine(text: string, limit = 200): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > limit ? `${line.slice(0, limit)}…` : line
}
