import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Entry, FileFacts } from '../ops/types.ts'

/** The regular file at `path`, links followed. */
export async function factsOf(path: string): Promise<FileFacts | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() ? { size: found.size, mode: found.mode & 0o7777, modified: found.mtimeMs } : undefined
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
  const entries: Entry[] = []
  for (const each of (await readdir(folder)).sort()) {
    const whole = join(folder, each)
    const [path, source] = [`${name}/${each}`, join(from, each)]
    const found = await lstat(whole)
    const mode = found.mode & 0o7777
    if (found.isSymbolicLink()) entries.push({ kind: 'link', path, target: await readlink(whole) })
    else if (found.isDirectory()) entries.push({ kind: 'folder', path, mode }, ...(await inside(whole, path, source)))
    else if (found.isFile()) {
      entries.push({ kind: 'file', path, from: source, size: found.size, mode, modified: found.mtimeMs })
    }
  }
  return entries
}
