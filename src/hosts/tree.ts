import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Entry, FileFacts } from '../ops/types.ts'
import { isMissing } from '../words/filefault.ts'
import { nameOf } from './names.ts'
import { unreadable } from './refusal.ts'

/** The regular file at `path`, links followed. */
export async function factsOf(path: string): Promise<FileFacts | undefined> {
  const found = statOf(path)
  return found?.isFile() ? { size: found.size, mode: found.mode & 0o7777, modified: found.mtimeMs } : undefined
}

function statOf(path: string) {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/**
 * A file, or a folder with all that is in it, under its last name. A link that is named itself is followed; those in a
 * folder are kept. What is neither file, folder nor link is left out. Throws OpFailed for what can't be read, or whose
 * name is no UTF-8: then nothing has been sent yet.
 */
export async function listTree(folder: string, path: string): Promise<readonly Entry[]> {
  const whole = resolve(folder, path)
  const name = basename(whole)
  const found = await topOf(whole, path)
  if (found === undefined) return []
  const mode = found.mode & 0o7777
  if (found.isDirectory()) return [{ kind: 'folder', path: name, mode }, ...(await inside(whole, name, path))]
  if (!found.isFile()) return []
  mustRead(whole, path)
  return [{ kind: 'file', path: name, from: path, size: found.size, mode, modified: found.mtimeMs }]
}

async function topOf(whole: string, path: string) {
  try {
    return await stat(whole)
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw unreadable(path, cause)
  }
}

async function inside(folder: string, name: string, from: string): Promise<readonly Entry[]> {
  const names = [...(await namesIn(folder, from))].sort()
  return (
    await Promise.all(names.map((each) => entriesOf(join(folder, each), `${name}/${each}`, join(from, each))))
  ).flat()
}

async function namesIn(folder: string, from: string): Promise<readonly string[]> {
  const names = await readdir(folder, { encoding: 'buffer' }).catch((cause: unknown) => {
    throw unreadable(from, cause)
  })
  return names.map((name) => nameOf(name, (shown) => `${join(from, shown)}: its name is no UTF-8. Rename it.`))
}

async function entriesOf(whole: string, path: string, from: string): Promise<readonly Entry[]> {
  try {
    const found = await lstat(whole)
    const mode = found.mode & 0o7777
    if (found.isSymbolicLink()) return [{ kind: 'link', path, target: await targetOf(whole, from) }]
    if (found.isDirectory()) return [{ kind: 'folder', path, mode }, ...(await inside(whole, path, from))]
    if (!found.isFile()) return []
    mustRead(whole, from)
    return [{ kind: 'file', path, from, size: found.size, mode, modified: found.mtimeMs }]
  } catch (cause) {
    throw unreadable(from, cause)
  }
}

async function targetOf(whole: string, from: string): Promise<string> {
  const target = await readlink(whole, { encoding: 'buffer' })
  return nameOf(target, (shown) => `${from}: it is a link to ${shown}, which is no UTF-8. Rename that.`)
}

/** Asked at once: for so little the thread pool costs ten times as much. */
function mustRead(whole: string, from: string): void {
  try {
    closeSync(openSync(whole, 'r'))
  } catch (cause) {
    throw unreadable(from, cause)
  }
}

/** The bytes of a file. Its first 64 KiB are read at once: for a small file the thread pool costs ten times the reading. */
export async function* readFileOf(path: string): AsyncGenerator<Uint8Array> {
  const file = openSync(path, 'r')
  let streamed = false
  try {
    const first = Buffer.allocUnsafe(64 * 1024)
    const size = readSync(file, first, 0, first.length, null)
    if (size > 0) yield first.subarray(0, size)
    if (size < first.length) return
    // From here on it is the stream's to close, also when nobody reads to its end.
    streamed = true
    yield* createReadStream(path, { fd: file, highWaterMark: 256 * 1024 })
  } finally {
    if (!streamed) closeSync(file)
  }
}
