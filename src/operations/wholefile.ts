import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileFault } from '../words/filefault.ts'

/** Why a file could be neither made nor replaced; undefined when nothing stands in the way. */
export async function obstacleTo(path: string): Promise<string | undefined> {
  if (path === '') return 'it has no name'
  if (path.endsWith('/')) return 'that is the name of a folder'
  const there = await stat(path).catch(() => undefined)
  if (there?.isDirectory()) return 'it is a folder'
  const needed = there === undefined || there.isFile() ? dirname(path) : path
  return access(needed, constants.W_OK).then(
    () => undefined,
    (cause: unknown) => fileFault(cause),
  )
}

/**
 * Makes or replaces a file whole or not at all: it is written beside its place and then renamed. What is no regular file,
 * as a pipe, is written as it is. Throws when that can't be done, and leaves nothing behind.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const there = await stat(path).catch(() => undefined)
  if (there !== undefined && !there.isFile()) return writeFile(path, text)
  // A link stays one.
  const place = there === undefined ? path : await realpath(path)
  const beside = `${place}.${randomUUID()}.tmp`
  try {
    const file = await open(beside, 'wx', there === undefined ? 0o666 : there.mode & 0o777)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, place)
  } catch (cause) {
    await rm(beside, { force: true })
    throw cause
  }
}
