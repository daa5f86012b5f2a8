import { localTime, padded } from '../words/clock.ts'
import { visibleLine } from './clean.ts'

/** A time as logs have it, in the zone of this machine: `2026-11-20 12:00:00,123`. What is no time is shown as it is. */
export function logTime(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return visibleLine(iso)
  return `${wallTime(iso)},${padded(time.getMilliseconds(), 3)}`
}

/** The same to the second: `2026-11-20 12:00:00`. */
export function wallTime(iso: string): string {
  return visibleLine(localTime(iso))
}
