import type { Entry, FileEntry } from '../../ops/types.ts'
import { isSmall } from './blob.ts'
import { lineage } from './presence.ts'
import type { Survey } from './survey.ts'

/** A file that lies on the node already: under the other tree it has this path; `root` is where that tree lies in the folder. */
export interface Copy {
  readonly entry: FileEntry
  readonly root: string
  readonly path: string
}

/** What is to be done with which entries. */
export interface Sorted {
  readonly kept: readonly Entry[]
  readonly copies: readonly Copy[]
  readonly packed: readonly Entry[]
  readonly large: readonly FileEntry[]
  /** Under these paths lies a folder where a file or a link is to be, or the reverse. */
  readonly inTheWay: ReadonlySet<string>
}

/** @param sums the SHA-256 of the files here, as far as it is known, by path. */
export function sortOut(entries: readonly Entry[], seen: Survey, sums: ReadonlyMap<string, string>): Sorted {
  const inTheWay = obstacles(entries, seen)
  const isThere = ({ kind, path }: Entry) =>
    seen.kinds.get(path) === kind && !lineage(path).some((up) => inTheWay.has(up))
  const kept: Entry[] = []
  const copies: Copy[] = []
  const packed: Entry[] = []
  const large: FileEntry[] = []
  for (const entry of entries) {
    if (entry.kind !== 'file') {
      packed.push(entry)
      continue
    }
    const sum = sums.get(entry.path)
    const same = sum === undefined ? undefined : seen.against.get(sum)?.find((path) => fits(entry.path, path))
    if (sum !== undefined && seen.sums.get(entry.path) === sum && isThere(entry)) kept.push(entry)
    else if (same !== undefined) copies.push({ entry, path: same, root: entry.path.slice(0, -same.length) })
    else if (isSmall(entry)) packed.push(entry)
    else large.push(entry)
  }
  // Folders alone need no archive where they are there.
  const idle =
    packed.every((entry) => entry.kind === 'folder' && isThere(entry)) && copies.length === 0 && large.length === 0
  const archived = idle ? [] : [...unlisted(packed, entries), ...packed]
  return { kept: idle ? [...packed, ...kept] : kept, copies, packed: archived, large, inTheWay }
}

/** Folders that nobody listed, for what lies in them: their owner's alone. */
function unlisted(packed: readonly Entry[], entries: readonly Entry[]): readonly Entry[] {
  const listed = new Set(entries.map(({ path }) => path))
  const above = new Set(packed.flatMap(({ path }) => lineage(path).slice(1)))
  return [...above]
    .filter((path) => !listed.has(path))
    .sort()
    .map((path) => ({ kind: 'folder', path, mode: 0o700 }))
}

/** The highest names under which something of another kind lies. */
function obstacles(entries: readonly Entry[], { kinds }: Survey): ReadonlySet<string> {
  const other = entries.filter(({ kind, path }) => {
    const there = kinds.get(path)
    return there !== undefined && (kind === 'folder') !== (there === 'folder')
  })
  const paths = new Set(other.map(({ path }) => path))
  return new Set(
    [...paths].filter(
      (path) =>
        !lineage(path)
          .slice(1)
          .some((up) => paths.has(up)),
    ),
  )
}

/** Whether a path of the other tree is the same place: `bin/run` for `shop/bin/run`. */
function fits(path: string, other: string): boolean {
  return !other.includes('\n') && (path === other || path.endsWith(`/${other}`))
}
