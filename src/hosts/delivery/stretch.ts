/** Bytes that have arrived: from the one up to the other. */
export type Stretch = readonly [from: number, to: number]

/** Whether all bytes from `from` up to `to` have come. */
export function covers(have: readonly Stretch[], from: number, to: number): boolean {
  let at = from
  for (const [start, end] of [...have].sort(([a], [b]) => a - b)) {
    if (start > at) break
    at = Math.max(at, end)
  }
  return at >= to
}
