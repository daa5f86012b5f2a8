import { duration } from './amounts.ts'
import { visibleLine } from './clean.ts'

/** A time as logs have it, in the zone of this machine: `2026-11-20 12:00:00,123`. What is no time is shown as it is. */
export function logTime(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return visibleLine(iso)
  return `${wallTime(iso)},${padded(time.getMilliseconds(), 3)}`
}

/** The same to the second: `2026-11-20 12:00:00`. */
export function wallTime(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return visibleLine(iso)
  const date = [padded(time.getFullYear(), 4), padded(time.getMonth() + 1), padded(time.getDate())]
  const clock = [padded(time.getHours()), padded(time.getMinutes()), padded(time.getSeconds())]
  return `${date.join('-')} ${clock.join(':')}`
}

/** How long ago something was: `2 h 5 min ago`. Nothing when it is no time, or one that the clock here has not reached. */
export function ago(iso: string, now: Date): string | undefined {
  const ms = now.getTime() - new Date(iso).getTime()
  return ms >= 0 ? `${duration(ms < 1000 ? ms : Math.round(ms / 1000) * 1000)} ago` : undefined
}

function padded(n: number, digits = 2): string {
  return String(n).padStart(digits, '0')
}
