import { didYouMean } from '../words/suggest.ts'
import { shown } from './format.ts'
import { nameProblem } from './names.ts'

const named = ['group', 'node', 'job', 'probe'] as const
const unnamed = ['deploy', 'secrets'] as const
const forms = '[deploy], [group:NAME], [node:NAME], [job:NAME], [probe:JOB] or [secrets]'

export type SectionKind = (typeof named)[number] | (typeof unnamed)[number]

/** What stands between the brackets of a section; `name` is empty for a kind without names. */
export interface Header {
  readonly kind: SectionKind
  readonly name: string
}

/** Reads what stands between the brackets; gives a message when it is no section conc knows. */
export function readHeader(text: string): Header | string {
  const colon = text.indexOf(':')
  const word = (colon < 0 ? text : text.slice(0, colon)).trim()
  const name = colon < 0 ? '' : text.slice(colon + 1).trim()
  const kind = [...named, ...unnamed].find((known) => known === word)
  if (kind === undefined) return unknown(text, word)
  if (unnamed.some((known) => known === kind)) {
    return colon < 0 ? { kind, name } : `[${kind}] takes no name. Write [${kind}].`
  }
  if (name === '') return `[${kind}] needs a name. Write [${kind}:NAME].`
  return nameProblem(kind === 'probe' ? 'job' : kind, name) ?? reserved(kind, name) ?? { kind, name }
}

function unknown(text: string, word: string): string {
  return `[${shown(text).slice(1, -1)}] is no section conc knows. Write ${forms}.${didYouMean(word, [...named, ...unnamed])}`
}

function reserved(kind: SectionKind, name: string): string | undefined {
  if (name !== 'all' || (kind !== 'node' && kind !== 'group')) return undefined
  return `a ${kind} can't be called all: the word means every node. Give it another name.`
}

/** How a header is written. */
export function headerText({ kind, name }: Header): string {
  return name === '' ? `[${kind}]` : `[${kind}:${name}]`
}
