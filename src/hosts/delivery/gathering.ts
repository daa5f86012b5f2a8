import { createHash } from 'node:crypto'
import { open, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Entry, FileEntry, Host, ReceiveOptions } from '../../ops/types.ts'
import { makeFolder } from '../../words/folder.ts'
import { isSmall } from './blob.ts'
import { changed, smallFiles } from './collection.ts'

/** How many files are written at a time. */
const writers = 16

/** Where files come from. */
export interface Origin {
  readonly host: Host
  /** SHA-256 in hex, by path. */
  readonly sums: ReadonlyMap<string, string>
  /** How many files are where they belong already. */
  readonly there: number
}

/** Brings the files that lack, and makes folders and links, in a fresh folder of the workstation. */
export async function gather(
  staging: string,
  entries: readonly Entry[],
  lacking: readonly FileEntry[],
  { host, sums, there }: Origin,
  { signal, onProgress }: ReceiveOptions,
): Promise<void> {
  const total = lacking.reduce((sum, { size }) => sum + size, 0)
  let [done, files] = [0, there]
  const tell = (bytes: number, whole: number) => {
    done += bytes
    files += whole
    onProgress?.({ done, total, files, allFiles: there + lacking.length })
  }
  tell(0, 0)
  const folders = entries.filter(({ kind }) => kind === 'folder').map(({ path }) => path)
  for (const path of [...folders, ...lacking.map((file) => dirname(file.path))]) await makeFolder(join(staging, path))
  const writing = new Set<Promise<unknown>>()
  try {
    for await (const { file, bytes } of smallFiles(host, lacking.filter(isSmall), sums, signal)) {
      signal?.throwIfAborted()
      if (writing.size >= writers) await Promise.race(writing)
      const written = write(join(staging, file.path), file.mode, [bytes]).then(() => tell(bytes.length, 1))
      writing.add(written)
      void written.finally(() => writing.delete(written)).catch(() => {})
    }
    await Promise.all(writing)
  } finally {
    await Promise.allSettled(writing)
  }
  for (const file of lacking.filter((each) => !isSmall(each))) {
    signal?.throwIfAborted()
    const bytes = verified(host, file, sums.get(file.path), signal, (more) => tell(more, 0))
    await write(join(staging, file.path), file.mode, bytes)
    tell(0, 1)
  }
  for (const entry of entries) if (entry.kind === 'link') await makeLink(join(staging, entry.path), entry.target)
}

/** The bytes of a file. Throws OpFailed when they are not those of its sum: the file is given up then. */
async function* verified(
  host: Host,
  { from, size }: FileEntry,
  sum: string | undefined,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let came = 0
  for await (const chunk of host.read(from)) {
    signal?.throwIfAborted()
    came += chunk.length
    if (came > size) break
    hash.update(chunk)
    yield chunk
    onBytes(chunk.length)
  }
  if (came !== size || hash.digest('hex') !== sum) throw changed(from)
}

async function write(
  path: string,
  mode: number,
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of source) await file.appendFile(chunk)
    await file.chmod(permissions(mode))
    await file.sync()
  } finally {
    await file.close()
  }
}

/** What a node may say of a mode: not that a file runs as its owner. */
export function permissions(mode: number): number {
  return mode & 0o777
}

async function makeLink(path: string, target: string): Promise<void> {
  await makeFolder(dirname(path))
  await symlink(target, path)
}
