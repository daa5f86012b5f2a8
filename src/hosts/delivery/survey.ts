import { posix } from 'node:path'
import type { Session } from '../../agent/session.ts'
import { type Entry, OpFailed } from '../../ops/types.ts'
import { quote } from '../../plan/quote.ts'
import { plainLine } from '../../transport/plain.ts'
import { BrokenError } from '../../words/errors.ts'
import type { Stretch } from './lanes.ts'
import { lineage } from './presence.ts'

/** What lies under a name. */
export type Kind = 'file' | 'folder' | 'link'

/** What the node has already. */
export interface Survey {
  /** What lies under the names of the entries, by path. */
  readonly kinds: ReadonlyMap<string, Kind>
  /** Bytes that are free on the payload's file system. */
  readonly free: number
  /** What has come of the blobs of an earlier try, by their keys. */
  readonly parts: ReadonlyMap<string, readonly Stretch[]>
  /** SHA-256 in hex of the files asked for, by path. */
  readonly sums: ReadonlyMap<string, string>
  /** Paths in the other tree by their SHA-256. */
  readonly against: ReadonlyMap<string, readonly string[]>
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
    sendList(session, 'files', named(true), '\0'),
    sendList(session, 'others', named(false), '\0'),
    session.ask('survey', folder, ...lists, against ?? ''),
  ])
  if (answer.words[0] === '0') return parseSurvey(answer.stdout.toString('utf8'))
  const said = plainLine(answer.stderr.toString('utf8'))
  throw new OpFailed(`${folder}: the node can't take a delivery there: ${said || 'it does not say why'}.`)
}

/** Puts names into a file of the agent's own folder, each behind `./`. Gives its path. */
export async function sendList(session: Session, name: string, paths: readonly string[], end: string): Promise<string> {
  return sendText(session, name, paths.map((path) => `./${path}${end}`).join(''))
}

/** Puts a text into a file of the agent's own folder. Gives its path. */
export async function sendText(session: Session, name: string, text: string): Promise<string> {
  const file = listFile(session, name)
  const answer = await session.put(file, 0, Buffer.from(text))
  if (answer.words[0] !== '0') throw new BrokenError('there is no room for temporary files on the node')
  return file
}

function listFile({ folder }: Session, name: string): string {
  return `${folder}/${name}.list`
}

/** Reads what the agent's `survey` printed. A line that is none of its own stands for nothing: the file is sent again. */
export function parseSurvey(text: string): Survey {
  const records = text.split('\0')
  const [disk = '', ...lines] = records.pop()?.split('\n') ?? []
  const parts = new Map<string, Stretch[]>()
  const sums = new Map<string, string>()
  const against = new Map<string, string[]>()
  let stretches: Stretch[] = []
  let into: 'parts' | 'sums' | 'against' = 'parts'
  for (const line of lines) {
    const part = /^part (\w+)\.have$/.exec(line)?.[1]
    const stretch = /^(\d+) (\d+)$/.exec(line)
    const sum = sumLine(line)
    if (line === 'sums' || line === 'against') into = line
    else if (into === 'parts' && part !== undefined) {
      stretches = []
      parts.set(part, stretches)
    } else if (into === 'parts' && stretch !== null) {
      stretches.push([Number(stretch[1]), Number(stretch[1]) + Number(stretch[2])])
    } else if (into === 'sums' && sum !== undefined) sums.set(sum.path, sum.sha256)
    else if (sum !== undefined) against.set(sum.sha256, [...(against.get(sum.sha256) ?? []), sum.path])
  }
  return { free: Number(disk.trim().split(/\s+/)[3] ?? 0) * 1024, kinds: kindsOf(records), parts, sums, against }
}

function kindsOf(records: readonly string[]): ReadonlyMap<string, Kind> {
  const found = records.map((record) => /^(file|folder|link) (.+)$/s.exec(record) ?? [])
  return new Map(found.flatMap(([, kind, path]) => (path ? [[posix.normalize(path), kind as Kind]] : [])))
}

/** A line of sha256sum; GNU's begins with a backslash where the name has one, or a newline, and then both are escaped. */
function sumLine(line: string): { sha256: string; path: string } | undefined {
  const [, escaped, sha256, name] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? []
  if (sha256 === undefined || name === undefined) return undefined
  const path = escaped ? name.replace(/\\([\\nr])/g, (_, letter: string) => unescaped[letter] ?? letter) : name
  return { sha256, path: posix.normalize(path) }
}

const unescaped: Readonly<Record<string, string>> = { n: '\n', r: '\r' }

/** Where the parts of an unfinished delivery lie. */
export function partPath(folder: string, key: string): string {
  return `${folder}/.parts/${key}`
}

/** A request that has to succeed. Throws OpFailed with what the node said. */
export async function must(session: Session, what: string, ...argv: readonly string[]): Promise<void> {
  const answer = await session.ask(...argv)
  if (answer.words[0] === '0') return
  const said = plainLine(answer.stderr.toString('utf8'))
  throw new OpFailed(`${what}: ${said || `${quote(argv[0] ?? '')} ended with ${answer.words[0]}`}`)
}
