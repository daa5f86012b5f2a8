import { posix } from 'node:path'
import type { Session } from '../../agent/session.ts'
import { type Entry, OpFailed } from '../../ops/types.ts'
import type { Parts } from './blob.ts'
import { lineage } from './presence.ts'
import { listFile, saidBy, sendList } from './request.ts'
import type { Stretch } from './stretch.ts'
import { readTimesNote } from './times.ts'

/** What lies under a name. */
export type Kind = 'file' | 'folder' | 'link'

/** What the node has already. */
export interface Survey {
  /** What lies under the names of the entries, by path. */
  readonly kinds: ReadonlyMap<string, Kind>
  /** Bytes that are free on the payload's file system. */
  readonly free: number
  /** What has come of the blobs of an earlier try. */
  readonly parts: Parts
  /** SHA-256 in hex of the files asked for, by path. */
  readonly sums: ReadonlyMap<string, string>
  /** Paths in the other tree by their SHA-256. */
  readonly against: ReadonlyMap<string, readonly string[]>
  /** Modes and times in the other tree, by path. */
  readonly facts: ReadonlyMap<string, Facts>
}

/** What a file of the other tree has beside its bytes; the time in seconds since 1970. */
interface Facts {
  readonly mode: number
  readonly seconds: number
}

/** What a delivery makes beside that which it brings. */
const ownNames = ['.parts', '.staging']

/** Throws OpFailed for an entry under a name of the delivery's own. */
export function checkNames(entries: readonly Entry[]): void {
  const own = ownNames.find((name) => entries.some(({ path }) => lineage(path).includes(name)))
  if (own === undefined) return
  throw new OpFailed(
    `${own}: a delivery keeps its own things under this name. Rename it, or deliver the folder that it is in.`,
  )
}

/** Asks in one round trip what there is of these entries in a folder. Throws OpFailed when the node can't take a delivery there. */
export async function survey(
  session: Session,
  folder: string,
  entries: readonly Entry[],
  against: string | undefined,
): Promise<Survey> {
  const named = (files: boolean) => entries.flatMap(({ kind, path }) => ((kind === 'file') === files ? [path] : []))
  const lists = [listFile(session, 'files'), listFile(session, 'others')]
  const [, , answer] = await Promise.all([
    sendList(session, 'files', named(true)),
    sendList(session, 'others', named(false)),
    session.ask('survey', folder, ...lists, against ?? ''),
  ])
  if (answer.words[0] === '0') return parseSurvey(answer.stdout.toString('utf8'))
  throw new OpFailed(`${folder}: the node can't take a delivery there: ${saidBy(answer) || 'it does not say why'}.`)
}

const sections = ['parts', 'sums', 'against', 'facts'] as const
type Section = (typeof sections)[number]

/** Reads what the agent's `survey` printed. A line that is none of its own stands for nothing: the file is sent again. */
function parseSurvey(text: string): Survey {
  const records = text.split('\0')
  const [disk = '', ...lines] = records.pop()?.split('\n') ?? []
  const found: Record<Section, string[]> = { parts: [], sums: [], against: [], facts: [] }
  let into = found.parts
  for (const line of lines) {
    const section = sections.find((each) => each === line)
    if (section !== undefined) into = found[section]
    else into.push(line)
  }
  const against = new Map<string, string[]>()
  for (const { sha256, path } of found.against.flatMap(sumLine))
    against.set(sha256, [...(against.get(sha256) ?? []), path])
  return {
    free: Number(disk.trim().split(/\s+/)[3] ?? 0) * 1024,
    kinds: kindsOf(records),
    parts: partsOf(found.parts),
    sums: new Map(found.sums.flatMap(sumLine).map(({ sha256, path }) => [path, sha256])),
    against,
    facts: new Map(found.facts.flatMap(factsLine)),
  }
}

function partsOf(lines: readonly string[]): Parts {
  const parts = new Map<string, { have: Stretch[]; times?: readonly number[] }>()
  let begun: { have: Stretch[]; times?: readonly number[] } = { have: [] }
  for (const line of lines) {
    const key = /^part (\w+)\.have$/.exec(line)?.[1]
    const [, from, size] = /^(\d+) (\d+)$/.exec(line) ?? []
    const times = readTimesNote(line)
    if (key !== undefined) {
      begun = { have: [] }
      parts.set(key, begun)
    } else if (from !== undefined) begun.have.push([Number(from), Number(from) + Number(size)])
    else if (times !== undefined) begun.times = times
  }
  return parts
}

/** A line of `stat -c '%a %Y %n'`. */
function factsLine(line: string): readonly (readonly [string, Facts])[] {
  const [, mode = '', seconds, path] = /^([0-7]+) (-?\d+) (.+)$/.exec(line) ?? []
  return path === undefined
    ? []
    : [[posix.normalize(path), { mode: Number.parseInt(mode, 8), seconds: Number(seconds) }]]
}

function kindsOf(records: readonly string[]): ReadonlyMap<string, Kind> {
  const found = records.map((record) => /^(file|folder|link) (.+)$/s.exec(record) ?? [])
  return new Map(found.flatMap(([, kind, path]) => (path ? [[posix.normalize(path), kind as Kind]] : [])))
}

/** A line of sha256sum; GNU's begins with a backslash where the name has one, or a newline, and then both are escaped. */
function sumLine(line: string): readonly { readonly sha256: string; readonly path: string }[] {
  const [, escaped, sha256, name] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? []
  if (sha256 === undefined || name === undefined) return []
  const path = escaped ? name.replace(/\\([\\nr])/g, (_, letter: string) => unescaped[letter] ?? letter) : name
  return [{ sha256, path: posix.normalize(path) }]
}

const unescaped: Readonly<Record<string, string>> = { n: '\n', r: '\r' }
