import { lstatSync } from 'node:fs'
import { chmod, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Entry } from '../../ops/types.ts'
import { makeFolder } from '../../words/folder.ts'
import { permissions } from './gathering.ts'
import { lineage } from './presence.ts'

/**
 * Gives all that was gathered its names: a folder that is not there yet is renamed whole, the things of one that is, one
 * by one. Entries come sorted, a folder before what is in it.
 */
export async function nameAll(
  staging: string,
  folder: string,
  entries: readonly Entry[],
  lacking: ReadonlySet<Entry>,
  obstacles: ReadonlySet<string>,
): Promise<void> {
  const whole = new Set<string>()
  for (const entry of entries) {
    const { kind, path } = entry
    if (lineage(path).some((up) => whole.has(up))) continue
    const name = join(folder, path)
    if (obstacles.has(path)) await rm(name, { recursive: true })
    if (kind === 'folder') {
      if (lstatSync(name, { throwIfNoEntry: false }) !== undefined) continue
      whole.add(path)
    } else if (kind === 'file' && !lacking.has(entry)) continue
    await makeFolder(dirname(name), 0o777)
    await rename(join(staging, path), name)
  }
  // A folder that may not be written to can't be moved: so modes come last, and the lowest first.
  for (const entry of [...entries].reverse()) {
    const isNamed = entry.kind === 'folder' || (entry.kind === 'file' && !lacking.has(entry))
    if (isNamed) await chmod(join(folder, entry.path), permissions(entry.mode))
  }
}
