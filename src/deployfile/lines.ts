import { controlCharacters } from '../words/attributes.ts'
import { trimmed, uncomment } from './comments.ts'
import { shown } from './format.ts'
import { type Header, readHeader } from './headers.ts'
import type { Report } from './report.ts'

/** A line that says something. A header that is wrong is undefined: what follows it belongs nowhere. */
export type Line =
  | { readonly line: number; readonly header: Header | undefined }
  | { readonly line: number; readonly key: string; readonly value: string }

/** The longest line, in characters; Linux takes no longer argument either (128 KiB, execve(2)). */
const longestLine = 65_536

type Tell = (message: string) => void

/** The lines of a deploy file, without comments; whatever is none of header, `key = value` and comment is reported. */
export function readLines(text: string, report: Report): Line[] {
  const lines: Line[] = []
  let section: Header | undefined | 'none' = 'none'
  for (const [index, content] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const read = readLine(content, index + 1, section, (message) => report(index + 1, message))
    if (read === undefined) continue
    if ('header' in read) section = read.header
    lines.push(read)
  }
  return lines
}

function readLine(content: string, line: number, section: Header | undefined | 'none', at: Tell): Line | undefined {
  const isHeader = content.trimStart().startsWith('[')
  const unreadable = lineProblem(content)
  if (unreadable !== undefined) {
    at(unreadable)
    return isHeader ? { line, header: undefined } : undefined
  }
  if (/^[ \t]*([;#]|$)/.test(content)) return undefined
  return isHeader ? readHeaderLine(content, line, at) : readEntry(content, line, section, at)
}

function lineProblem(content: string): string | undefined {
  const control = controlCharacters.exec(content)?.[0]
  if (control !== undefined) return `the line holds the control character ${shown(control)}. Remove it.`
  return content.length > longestLine
    ? `the line is longer than ${longestLine} characters. Put the text in a file.`
    : undefined
}

function readHeaderLine(content: string, line: number, at: Tell): Line {
  const match = /^\[([^\]]*)(\]?)(.*)$/.exec(content.trimStart())
  const [, text = '', closed = '', rest = ''] = match ?? []
  const header = headerOrMessage(text, closed, rest)
  if (typeof header !== 'string') return { line, header }
  at(header)
  return { line, header: undefined }
}

function headerOrMessage(text: string, closed: string, rest: string): Header | string {
  if (closed === '') return `the section ${shown(`[${text}`)} is not closed. End it with ].`
  if (!/^([ \t]+[;#].*|[ \t]*)$/.test(rest)) {
    return `${shown(trimmed(rest))} stands after the section [${shown(text).slice(1, -1)}]. Put it on a line of its own.`
  }
  return readHeader(text)
}

function readEntry(content: string, line: number, section: Header | undefined | 'none', at: Tell): Line | undefined {
  const entry = keyAndRest(content)
  if (typeof entry === 'string') {
    at(entry)
    return undefined
  }
  const { key, rest } = entry
  if (section === 'none') {
    at(`${shown(key)} belongs to no section. Put it below [deploy], [node:NAME] or another section.`)
    return undefined
  }
  const isWords = ['job', 'probe', 'secrets'].includes(section?.kind ?? '')
  const { value, open } = uncomment(rest, isWords ? 'words' : 'text')
  // Where words are split, an open quote is reported there.
  if (open && !isWords) at(`a quote in the value of ${shown(key)} is never closed. Close it.`)
  return { line, key, value }
}

function keyAndRest(content: string): { key: string; rest: string } | string {
  const equals = content.indexOf('=')
  const key = trimmed(equals < 0 ? content : content.slice(0, equals))
  if (key === '') return 'there is no key before =. Write KEY = VALUE.'
  if (equals >= 0 && !/[ \t][;#]/.test(key)) return { key, rest: content.slice(equals + 1) }
  const bare = uncomment(key, 'text').value
  return `${shown(bare)} has no value. Write ${shown(`${bare} = VALUE`)}, or begin the line with ; to make it a comment.`
}
