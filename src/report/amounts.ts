const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** A number of bytes for people, in powers of 1000: `812 B`, `34.5 MB`. */
export function size(bytes: number): string {
  let unit = 0
  let count = bytes
  while (count >= 999.95 && unit < units.length - 1) {
    count /= 1000
    unit++
  }
  return `${unit === 0 ? Math.round(count) : count.toFixed(1)} ${units[unit]}`
}

/** Bytes per second over some milliseconds; nothing for a time too short to tell. */
export function rate(bytes: number, ms: number): string | undefined {
  return ms < 100 ? undefined : `${size((bytes / ms) * 1000)}/s`
}

/** A number with its noun: `1 step`, `9 steps`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
