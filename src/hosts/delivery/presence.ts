import { createHash } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry, FileEntry } from '../../ops/types.ts'
import { readFileOf } from '../tree.ts'

/** A path and the folders that it is in: `a/b/c`, `a/b`, `a`. */
export function lineage(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('/'))
}

/** The highest names under which something of another kind lies in a folder of the workstation: a link is no folder. */
export function obstaclesIn(folder: string, entries: readonly Entry[]): ReadonlySet<string> {
  const folders = new Set(entries.flatMap(({ kind, path }) => lineage(path).slice(kind === 'folder' ? 0 : 1)))
  const obstacles = new Set<string>()
  for (const path of [...new Set([...folders, ...entries.map((entry) => entry.path)])].sort()) {
    if (lineage(path).some((up) => obstacles.has(up))) continue
    const there = lstatSync(join(folder, path), { throwIfNoEntry: false })
    if (there !== undefined && there.isDirectory() !== folders.has(path)) obstacles.add(path)
  }
  return obstacles
}

/** Whether a file lies in a folder of the workstation already, with the same bytes. */
export async function isThere(
  folder: string,
  { path, size }: FileEntry,
  sums: ReadonlyMap<string, string>,
  obstacles: ReadonlySet<string>,
): Promise<boolean> {
  if (lineage(path).some((up) => obstacles.has(up))) return false
  const there = lstatSync(join(folder, path), { throwIfNoEntry: false })
  if (there === undefined || !there.isFile() || there.size !== size) return false
  const hash = createHash('sha256')
  for await (const chunk of readFileOf(join(folder, path))) hash.update(chunk)
  return hash.digest('hex') === sums.get(path)
}
