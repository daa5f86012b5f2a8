import type { RunEvent } from '../run/events.ts'
import { visibleLine } from './clean.ts'
import { paints, type Style } from './style.ts'
import { logTime } from './time.ts'

export type Severity = 'INFO' | 'WARNING' | 'ERROR'

/** What a line of a log is about. */
export type Said = Pick<RunEvent, 'time' | 'node'> & { readonly step?: string | undefined }

/** Says a message of one line, or of several with a newline between two. */
export type Say = (of: Said, severity: Severity, message: string, paint?: (text: string) => string) => void

/** Writes messages as lines of a log: time, level, host, step, message. */
export function logLine({ write, color = false }: Style & { readonly write: (lines: string) => void }): Say {
  const { dim, yellow, red } = paints({ color })
  const painted = { INFO: String, WARNING: yellow, ERROR: red }
  return ({ time, node, step = '-' }, severity, message, paint = painted[severity]) => {
    const name = painted[severity](severity.padEnd(7))
    const [host, where] = [node, step].map((word) => visibleLine(word).padEnd(10))
    write(each(message, (text) => `${dim(logTime(time))} ${name} ${host} ${where} ${paint(text)}`))
  }
}

/** Does to each line what is done to one. It is done once: a step can print millions of lines. */
function each(lines: string, put: (line: string) => string): string {
  const [before, after] = put('\n').split('\n')
  // Where a text is put in place of another, `$$` stands for `$`.
  const between = `${after}\n${before}`.replaceAll('$', '$$$$')
  return `${before}${lines.replaceAll('\n', between)}${after}`
}
