import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Entry, FileFacts } from '../ops/types.ts'

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
 * folder are kept. What is neither file, folder nor link is left out.
 */
export async function listTree(folder: string, path: string): Promise<readonly Entry[]> {
  const whole = resolve(folder, path)
  const name = basename(whole)
  const found = await stat(whole).catch(() => undefined)
  if (found === undefined) return []
  if (!found.isDirectory()) {
    const facts = await factsOf(whole)
    return facts === undefined ? [] : [{ kind: 'file', path: name, from: path, ...facts }]
  }
  return [{ kind: 'folder', path: name, mode: found.mode & 0o7777 }, ...(await inside(whole, name, path))]
}

async function inside(folder: string, name: string, from: string): Promise<readonly Entry[]> {
  const names = (await readdir(folder)).sort()
  return (
    await Promise.all(names.map((each) => entriesOf(join(folder, each), `${name}/${each}`, join(from, each))))
  ).flat()
}

async function entriesOf(whole: string, path: string, from: string): Promise<readonly Entry[]> {
  const found = await lstat(whole)
  const mode = found.mode & 0o7777
  if (found.isSymbolicLink()) return [{ kind: 'link', path, target: await readlink(whole) }]
  if (found.isDirectory()) return [{ kind: 'folder', path, mode }, ...(await inside(whole, path, from))]
  if (!found.isFile()) return []
  return [{ kind: 'file', path, from, size: found.size, mode, modified: found.mtimeMs }]
}

/** The bytes of a file. Its first 64 KiB are read at once: for a small file the thread pool costs ten times the reading. */
export async function* readFileOf(path: string): AsyncGenerator<Uint8Array> {
  const file = openSync(path, 'r')
  try {
    const first = Buffer.allocUnsafe(64 * 1024)
    const size = readSync(file, first, 0, first.length, null)
    if (size > 0) yield first.subarray(0, size)
    if (size < first.length) return
    for await (const chunk of createReadStream(path, { fd: file, autoClose: false, highWaterMark: 256 * 1024 })) {
      yield chunk
    }
  } finally {
    closeSync(file)
  }
}
