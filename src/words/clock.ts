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

/** A time in the zone of this machine, to the second: `2026-11-20 12:00:00`. What is no time stays as it is. */
export function localTime(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  const date = [padded(time.getFullYear(), 4), padded(time.getMonth() + 1), padded(time.getDate())]
  const clock = [padded(time.getHours()), padded(time.getMinutes()), padded(time.getSeconds())]
  return `${date.join('-')} ${clock.join(':')}`
}

/** The same with its zone, and how long ago it was: `2026-11-20 12:00:00 UTC, 2 h 5 min ago`. */
export function zonedTime(iso: string, now?: Date): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(time)
  const zone = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const passed = now === undefined ? undefined : ago(iso, now)
  return `${localTime(iso)} ${zone}${passed === undefined ? '' : `, ${passed}`}`
}

/** How long ago something was: `2 h 5 min ago`. Nothing when it is no time, or one that the clock here has not reached. */
export function ago(iso: string, now: Date): string | undefined {
  const ms = now.getTime() - new Date(iso).getTime()
  return ms >= 0 ? `${duration(ms < 1000 ? ms : Math.round(ms / 1000) * 1000)} ago` : undefined
}

/** A number with zeros before it. */
export function padded(n: number, digits = 2): string {
  return String(n).padStart(digits, '0')
}
