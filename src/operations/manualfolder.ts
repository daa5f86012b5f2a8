import { lstat, open, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf, UsageError } from '../words/errors.ts'
import { makeFolder } from '../words/folder.ts'
import { writeWhole } from './wholefile.ts'

/** A page to be written; `path` is relative to the folder, its parts joined by slashes. Its text is made when it is asked for. */
export interface WrittenPage {
  readonly path: string
  readonly text: () => string
}

/** What became of a page. */
export interface PageChange {
  readonly path: string
  readonly what: 'written' | 'same' | 'removed'
}

/**
 * Writes pages into a folder, each whole or not at all, and then removes those that it wrote before and that are no more.
 * Nothing is touched that does not begin with `start`: such a page in the way is refused before anything is written.
 * Throws UsageError.
 */
export async function writePages(
  folder: string,
  pages: readonly WrittenPage[],
  start: string,
): Promise<readonly PageChange[]> {
  await refuseForeign(folder, pages, start)
  const changes: PageChange[] = []
  try {
    for (const page of pages) changes.push(await writePage(folder, page))
    for (const path of await stalePages(folder, pages, start)) {
      await rm(join(folder, path))
      changes.push({ path, what: 'removed' })
    }
    return changes
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    const done = changes.filter(({ what }) => what !== 'same').length
    const after = done === 0 ? 'Nothing was changed' : `${done} of its pages were changed before`
    throw new UsageError(`--out ${folder}: it can't be written: ${messageOf(cause)}. ${after}. Name another folder.`)
  }
}

async function refuseForeign(folder: string, pages: readonly WrittenPage[], start: string): Promise<void> {
  if (folder === '') throw new UsageError('--out is empty. Name a folder.')
  const there = await lstatOf(folder)
  if (there !== undefined && !there.isDirectory() && !there.isSymbolicLink())
    throw new UsageError(`--out ${folder}: it is no folder. Name a folder.`)
  const foreign: string[] = []
  for (const { path } of pages) {
    const full = join(folder, path)
    if ((await lstatOf(full)) !== undefined && !(await isOurs(full, start))) foreign.push(full)
  }
  if (foreign.length === 0) return
  const what = foreign.length === 1 ? 'it was' : 'they were'
  throw new UsageError(
    `${some(foreign)}: ${what} not written by conc manual from this deploy file. Nothing was written: move it away, or name another folder.`,
  )
}

function some(paths: readonly string[]): string {
  const more = paths.length - 3
  return [...paths.slice(0, 3), ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

async function writePage(folder: string, { path, text }: WrittenPage): Promise<PageChange> {
  const full = join(folder, path)
  const now = text()
  if ((await beginningOf(full, Buffer.byteLength(now) + 1)) === now) return { path, what: 'same' }
  await makeFolder(dirname(full), 0o777)
  await writeWhole(full, now)
  return { path, what: 'written' }
}

/** The pages of nodes that are gone. Only folders that hold pages are looked through. */
async function stalePages(folder: string, pages: readonly WrittenPage[], start: string): Promise<readonly string[]> {
  const known = new Set(await Promise.all(pages.map(({ path }) => identityOf(join(folder, path)))))
  const stale: string[] = []
  for (const inside of new Set(pages.map(({ path }) => dirname(path)))) {
    const names = (await readdir(join(folder, inside))).filter((name) => name.endsWith('.md'))
    for (const name of names.sort()) {
      const path = join(inside, name)
      const full = join(folder, path)
      if (!known.has(await identityOf(full)) && (await isOurs(full, start))) stale.push(path)
    }
  }
  return stale
}

/** Where a disk does not tell capitals from small letters, a page may be listed by another name than its own. */
async function identityOf(path: string): Promise<string> {
  const { dev, ino } = await lstat(path)
  return `${dev}:${ino}`
}

/** A link is not followed: what it leads to is somebody else's. */
async function isOurs(path: string, start: string): Promise<boolean> {
  if (!(await lstatOf(path))?.isFile()) return false
  return (await beginningOf(path, Buffer.byteLength(start))) === start
}

async function lstatOf(path: string) {
  return lstat(path).catch(() => undefined)
}

/** The first bytes of a file as text; undefined for one that can't be read. */
async function beginningOf(path: string, most: number): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(most), 0, most, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
