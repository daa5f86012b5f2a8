import { unquoted } from '../deployfile/attributelines.ts'
import { uncomment } from '../deployfile/comments.ts'
import { shown } from '../deployfile/format.ts'
import { inLineOrder, type Report, reporter } from '../deployfile/report.ts'
import { selectNodes } from '../deployfile/select.ts'
import type { DeployFile, Place, Problem } from '../deployfile/types.ts'
import type { Waiver } from '../ops/tests.ts'
import { controlCharacters } from '../words/attributes.ts'
import { didYouMean } from '../words/suggest.ts'

/** A waiver as it is written: what it is for, besides why and until when. */
export interface WrittenWaiver extends Waiver {
  /** The full name of a test, or a glob (`*` and `?`) over them. */
  readonly test: string
  /** The nodes that it is for; all when absent. */
  readonly nodes?: ReadonlySet<string>
  readonly place: Place
}

/** The waivers of a file, as far as they could be read: none of them counts while a problem is an error. */
export interface ParsedWaivers {
  readonly waivers: readonly WrittenWaiver[]
  readonly problems: readonly Problem[]
}

const keys = ['nodes', 'reason', 'until'] as const
type Key = (typeof keys)[number]

interface Section {
  readonly test: string
  readonly line: number
  readonly values: Map<Key, { readonly value: string; readonly line: number }>
}

/**
 * Reads the text of a waivers.ini: a section for each waiver, `[full name of a test]`. A name may hold brackets: the
 * header ends with the last one. Never throws: all problems come at once, in line order.
 * @param path the file's name for messages.
 * @param deployFile says which nodes there are.
 */
export function parseWaivers(text: string, path: string, deployFile: DeployFile): ParsedWaivers {
  const problems: Problem[] = []
  const report = reporter(path, problems)
  const waivers = readSections(text, report).map((section): WrittenWaiver => {
    const [reason, until] = [needed('reason', section, report), needed('until', section, report)]
    checkDay(section, report)
    const nodes = nodesOf(section, deployFile, report)
    const place = { file: path, line: section.line }
    return { test: section.test, reason, until, place, ...(nodes === undefined ? {} : { nodes }) }
  })
  return { waivers, problems: inLineOrder(problems) }
}

function readSections(text: string, report: Report): Section[] {
  const sections: Section[] = []
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  for (const [index, content] of lines.entries()) {
    const line = index + 1
    const control = controlCharacters.exec(content)?.[0]
    if (control !== undefined) report(line, `the line holds the control character ${shown(control)}. Remove it.`)
    else if (/^[ \t]*\[/.test(content)) sections.push(readHeader(content, line, report))
    else if (!/^[ \t]*([;#]|$)/.test(content)) readEntry(content, line, sections.at(-1), report)
  }
  return sections
}

function readHeader(content: string, line: number, report: Report): Section {
  const test = /^[ \t]*\[(.*?)\](?:[ \t]+[;#].*|[ \t]*)$/.exec(content)?.[1]?.trim()
  if (test === undefined) report(line, 'the section is not closed, or more stands after it. End the line with ].')
  if (test === '') report(line, 'the section names no test. Write [FULL NAME OF A TEST].')
  return { test: test ?? '', line, values: new Map() }
}

function readEntry(content: string, line: number, section: Section | undefined, report: Report): void {
  const equals = content.indexOf('=')
  const key = content.slice(0, Math.max(0, equals)).trim()
  const known = keys.find((one) => one === key)
  const wrong = known === undefined ? notKnown(key, equals, content) : misplaced(known, section)
  if (wrong !== undefined) report(line, wrong)
  if (wrong !== undefined || known === undefined) return
  const { value, open } = uncomment(content.slice(equals + 1), 'text')
  if (open) report(line, `a quote in the value of ${known} is never closed. Close it.`)
  section?.values.set(known, { value: unquoted(value), line })
}

function notKnown(key: string, equals: number, content: string): string {
  const what = equals < 0 ? `${shown(content.trim())} is no KEY = VALUE` : `a waiver has no ${shown(key)}`
  return `${what}. Write nodes, reason or until.${didYouMean(key, keys)}`
}

function misplaced(key: Key, section: Section | undefined): string | undefined {
  if (section === undefined) return `${key} belongs to no waiver. Put it below [FULL NAME OF A TEST].`
  const before = section.values.get(key)
  return before === undefined ? undefined : `${key} is already set in line ${before.line}. Keep one of the two.`
}

function needed(key: 'reason' | 'until', { test, line, values }: Section, report: Report): string {
  const found = values.get(key)
  const example = key === 'until' ? '2026-12-31' : 'WHY IT MAY FAIL'
  if (found === undefined) report(line, `the waiver for ${shown(test)} has no ${key}. Add ${key} = ${example}.`)
  else if (found.value === '') report(found.line, `${key} is empty. Write ${key} = ${example}.`)
  return found?.value ?? ''
}

function checkDay({ values }: Section, report: Report): void {
  const until = values.get('until')
  if (until === undefined || until.value === '' || isDay(until.value)) return
  report(until.line, `until can't be ${shown(until.value)}. Write a day as 2026-12-31.`)
}

/** Whether a text is a day of the calendar: Date would take 2026-02-30 for the second of March. */
function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

function nodesOf({ values }: Section, deployFile: DeployFile, report: Report): ReadonlySet<string> | undefined {
  const written = values.get('nodes')
  if (written === undefined) return undefined
  const patterns = written.value.split(/[,\s]+/).filter((pattern) => pattern !== '')
  if (patterns.length === 0) report(written.line, 'nodes is empty. Name nodes or groups, or remove the line for all.')
  const { names, problems } = selectNodes(deployFile, patterns)
  for (const { message } of problems) report(written.line, message)
  return new Set(names)
}
