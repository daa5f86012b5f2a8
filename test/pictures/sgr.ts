/** How characters on a terminal are painted. */
export interface Look {
  /** The number of a colour: 31 is red. Absent for the terminal's own. */
  readonly color?: number
  readonly bold?: true
  readonly dim?: true
}

/** Characters that look alike. */
export interface Painted extends Look {
  readonly text: string
}

/** The lines of a terminal as tmux captures them with their codes: a look lasts until it is changed, over lines too. */
export function paintedLines(captured: string): readonly (readonly Painted[])[] {
  let look: Look = {}
  return captured.split('\n').map((line) => {
    const parts = line.split(/\x1b\[([\d;]*)m/)
    return parts.flatMap((part, index) => {
      if (index % 2 === 0) return part === '' ? [] : [{ ...look, text: part }]
      look = part.split(';').map(Number).reduce(changed, look)
      return []
    })
  })
}

/** What a code makes of a look. What it says of backgrounds and the like is passed over. */
function changed(look: Look, code: number): Look {
  const { color: _, ...own } = look
  const { bold: _bold, dim: _dim, ...even } = look
  if (code === 0) return {}
  if (code === 1) return { ...look, bold: true }
  if (code === 2) return { ...look, dim: true }
  if (code === 22) return even
  if (code === 39) return own
  return (code >= 30 && code <= 37) || (code >= 90 && code <= 97) ? { ...look, color: code } : look
}
