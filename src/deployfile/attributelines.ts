import { knownAttribute, nearlyKnown, variableOf } from '../words/attributes.ts'
import type { Entry } from './decode.ts'
import { shown } from './format.ts'
import { keyProblem } from './names.ts'
import type { Report } from './report.ts'
import type { Written } from './types.ts'

/** The attributes among the lines of a section; `file` goes into their places. */
export function readAttributes(entries: readonly Entry[], file: string, report: Report): Map<string, Written> {
  const attributes = new Map<string, Written>()
  const variables = new Map<string, Entry>()
  for (const entry of entries) {
    const { key, line } = entry
    const wrong = keyProblem(key) ?? clash(key, variables)
    if (wrong !== undefined) {
      report(line, wrong)
      continue
    }
    variables.set(variableOf(key), entry)
    const value = unquoted(entry.value)
    attributes.set(key, { value, place: { file, line } })
    remark(key, value, line, report)
  }
  return attributes
}

function clash(key: string, variables: ReadonlyMap<string, Entry>): string | undefined {
  const variable = variableOf(key)
  const other = variables.get(variable)
  if (other === undefined) return undefined
  if (other.key === key) return `${shown(key)} is already set in line ${other.line}. Keep one of the two.`
  return `${shown(key)} and ${shown(other.key)} of line ${other.line} are both the shell variable $${variable}. Rename one.`
}

function remark(key: string, value: string, line: number, report: Report): void {
  const near = nearlyKnown(key)
  if (near !== undefined) report(line, `conc reads no attribute ${shown(key)}. Did you mean ${near}?`, 'warning')
  // A value with a reference is checked when it is known, per node.
  const wrong = value.includes('${') ? undefined : valueProblem(key, value)
  if (wrong !== undefined) report(line, wrong)
}

/** What is wrong with the evaluated value of an attribute that conc reads. */
export function valueProblem(key: string, value: string): string | undefined {
  const known = knownAttribute(key)
  if (known === undefined || known.accepts(value)) return undefined
  return `${key} can't be ${value === '' ? 'empty' : shown(value)}. It must be ${known.expects}.`
}

/** The value of a line: one that is wholly a quoted string loses its quotes (in "…" `\"` and `\\` are a quote and a backslash). */
export function unquoted(value: string): string {
  const single = /^'([^']*)'$/.exec(value)?.[1]
  if (single !== undefined) return single
  const double = /^"((?:\\.|[^"\\])*)"$/s.exec(value)?.[1]
  return double === undefined ? value : double.replaceAll(/\\(["\\])/g, '$1')
}
