/**
 * The number of letters to change, add, drop or swap with a neighbour to make `a` into `b`
 * (Damerau-Levenshtein, each place edited once).
 */
export function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) row.push(cell(a, b, i, j, { before, last, row }))
    before = last
    last = row
  }
  return last[b.length] ?? 0
}

interface Rows {
  readonly before: readonly number[]
  readonly last: readonly number[]
  readonly row: readonly number[]
}

function cell(a: string, b: string, i: number, j: number, { before, last, row }: Rows): number {
  const at = (cells: readonly number[], n: number) => cells[n] ?? Number.POSITIVE_INFINITY
  const changed = a[i - 1] === b[j - 1] ? 0 : 1
  const edits = [at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + changed]
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
  return Math.min(...edits, swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY)
}

// Longer words are no slips of the finger, and comparing them costs the square of their length.
const longest = 64

function score(word: string, candidate: string): number {
  const a = word.toLowerCase()
  const b = candidate.toLowerCase()
  if (a.length > 1 && b.length > 1 && (b.startsWith(a) || a.startsWith(b))) return 1
  if (Math.max(a.length, b.length) > longest || Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY
  const edits = distance(a, b)
  return edits <= 2 && edits < Math.min(a.length, b.length) ? edits : Number.POSITIVE_INFINITY
}

/** The candidate that was probably meant by `word`: at most two slips away, or one the beginning of the other. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const here = score(word, candidate)
    if (here < least) {
      least = here
      best = candidate
    }
  }
  return best
}

/** ` Did you mean web1?`, to put after a full stop; empty when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = suggest(word, candidates)
  return near === undefined ? '' : ` Did you mean ${near}?`
}
