/** Which rows of a list are shown, and how many are hidden above and below: each of these takes a row too. */
export interface Window {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/**
 * The part of a list that fits into some rows, around the row to look at: a third of the room above it.
 * @param at the index of that row.
 */
export function windowOf(count: number, at: number, room: number): Window {
  if (count <= room) return { from: 0, to: count }
  if (room < 3) return { from: at, to: Math.min(count, at + 1) }
  // A row for what is hidden above and one for what is hidden below, where something is.
  const inner = room - 2
  const wished = at - Math.floor(inner / 3)
  if (wished <= 1) return { from: 0, to: room - 1 }
  if (wished + inner >= count - 1) return { from: count - (room - 1), to: count }
  return { from: wished, to: wished + inner }
}
