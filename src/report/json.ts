import type { Reporter } from './reporter.ts'

/** A value as one line of JSON. What steers a terminal is escaped in it too, so the line can be shown anywhere. */
export function jsonLine(value: unknown): string {
  const hex = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  const units = (character: string) => character.replace(/[\s\S]/g, hex)
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, units)
}

/** Events for programs: one object a line, as they come. The last is `run-end`. */
export function jsonReporter(write: (line: string) => void): Reporter {
  return { event: (event) => write(jsonLine(event)) }
}
