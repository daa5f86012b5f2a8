import type { EventOf, Reporter } from './reporter.ts'

const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A value as one line of JSON. What steers a terminal is escaped in it too, so the line can be shown anywhere. */
export function jsonLine(value: unknown): string {
  const hex = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  const units = (character: string) => character.replace(/[\s\S]/g, hex)
  return JSON.stringify(value).replace(steering, units)
}

/** Events for programs: one object a line, as they come. The last is `run-end`. */
export function jsonReporter(write: (line: string) => void): Reporter {
  return { event: (event) => write(event.event === 'output' ? outputLine(event) : jsonLine(event)) }
}

/** The same line for what a step prints, which can be much. */
function outputLine({ text, ...event }: EventOf<'output'>): string {
  return text === undefined ? jsonLine(event) : `${jsonLine(event).slice(0, -1)},"text":${jsonText(text)}}`
}

// What JSON can't hold as it is, or a terminal must not.
const unfit = /["\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

/** A text as JSON: of most that is printed only the newlines are to be escaped, which is quickly done. */
function jsonText(text: string): string {
  const escaped = text.replaceAll('\n', '\\n')
  return text.includes('\\') || unfit.test(escaped) ? jsonLine(text) : `"${escaped}"`
}
