import type { Finding } from '../operations/doctor.ts'
import { visibleLine } from './clean.ts'
import { paints, type Style } from './style.ts'

/** A finding as a line, and under it the command that mends it. */
export function findingLines(node: string, finding: Finding, style: Style = {}): readonly string[] {
  const { green, yellow, red } = paints(style)
  const { check, ok, text, mend } = finding
  const mark = ok ? (mend === undefined ? green('ok  ') : yellow('warn')) : red('FAIL')
  const line = (word: string, said: string) => `${visibleLine(node)}  ${word}  ${check.padEnd(8)}  ${visibleLine(said)}`
  return [line(mark, text), ...(mend === undefined ? [] : [line('mend', mend)])]
}

/** The same as `conc doctor --json` prints it. */
export function findingJson(node: string, { check, ok, text, mend }: Finding) {
  return { node, check, ok, text, ...(mend === undefined ? {} : { mend }) }
}
