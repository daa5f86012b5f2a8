import { duration } from '../../words/clock.ts'

/** A time that still goes on, in whole seconds so that it changes once a second; nothing in the first. */
export function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (!(seconds >= 1)) return ''
  return seconds < 60 ? `${seconds} s` : duration(seconds * 1000)
}
