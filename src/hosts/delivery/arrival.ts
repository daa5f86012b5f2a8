import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { type Entry, type FileEntry, type Host, OpFailed, type Received, type ReceiveOptions } from '../../ops/types.ts'
import { makeFolder } from '../../words/folder.ts'
import { unwritable } from '../refusal.ts'
import { sumsThere } from './collection.ts'
import { gather } from './gathering.ts'
import { partPrefix, removeLeftovers } from './leftover.ts'
import { nameAll } from './naming.ts'
import { checkPaths } from './paths.ts'
import { isThere, obstaclesIn } from './presence.ts'

/**
 * Makes entries in a folder of the workstation: what it lacks comes into a folder beside, and gets its names when all of
 * it is there as its sums say; a tree that is new at once. No link below the folder is followed. Throws OpFailed.
 */
export async function arrive(
  folder: string,
  entries: readonly Entry[],
  from: Host,
  options: ReceiveOptions = {},
): Promise<Received> {
  options.signal?.throwIfAborted()
  checkPaths(entries)
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))
  try {
    return await place(folder, sorted, from, options)
  } catch (cause) {
    throw unwritable(folder, cause)
  }
}

async function place(
  folder: string,
  entries: readonly Entry[],
  from: Host,
  options: ReceiveOptions,
): Promise<Received> {
  const obstacles = obstaclesIn(folder, entries)
  const [obstacle] = options.replaces ? [] : obstacles
  if (obstacle !== undefined)
    throw new OpFailed(`${join(folder, obstacle)} is of another kind here. Remove it, or name another place.`)
  const files = entries.filter((entry) => entry.kind === 'file')
  const sums = await sumsThere(from, files, options.signal)
  const lacking: FileEntry[] = []
  for (const file of files) if (!(await isThere(folder, file, sums, obstacles))) lacking.push(file)
  const bytes = lacking.reduce((sum, { size }) => sum + size, 0)
  await makeFolder(folder, 0o777)
  await removeLeftovers(folder)
  await checkRoom(folder, bytes, entries.length)
  const staging = await mkdtemp(join(folder, partPrefix(process.pid)))
  try {
    await gather(staging, entries, lacking, { host: from, sums, there: files.length - lacking.length }, options)
    await nameAll(staging, folder, entries, new Set(lacking), obstacles)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return { sent: lacking.length, kept: files.length - lacking.length, copied: 0, bytes }
}

async function checkRoom(folder: string, bytes: number, entries: number): Promise<void> {
  const { bavail, bsize, files, ffree } = await statfs(folder)
  const free = bavail * bsize
  if (bytes > free)
    throw new OpFailed(`${folder}: it needs ${mebi(bytes)} MiB, and ${mebi(free)} MiB are free. Make room here.`)
  // A file system without a table of files says 0 of 0.
  if (files > 0 && entries > ffree)
    throw new OpFailed(`${folder}: it needs ${entries} files, and there is room for ${ffree}. Make room here.`)
}

function mebi(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024)
}
