/** A time for people, from milliseconds: `12 ms`, `0.8 s`, `2 min 5 s`, `3 h 4 min`, `2 days 3 h`. */
export function duration(ms: number): string {
  if (ms < 100) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 48 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return pair(Math.floor(hours / 24), 'days', hours % 24, 'h')
}

function pair(great: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${great} ${unit}` : `${great} ${unit} ${small} ${smallUnit}`
}

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
