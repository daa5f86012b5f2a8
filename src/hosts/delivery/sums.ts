import { createHash } from 'node:crypto'
import type { FileEntry, Host } from '../../ops/types.ts'
import { bytesOf, isSmall, type Read } from './blob.ts'

/** How many files are read at a time. */
const readers = 16

/** The SHA-256 of files, in hex, by path; the small ones are kept in `read`. */
export async function sumsOf(
  host: Host,
  files: readonly FileEntry[],
  read: Read,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>()
  const waiting = [...files]
  const work = async () => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      signal?.throwIfAborted()
      const hash = createHash('sha256')
      const chunks: Uint8Array[] = []
      for await (const chunk of bytesOf(host, file)) {
        hash.update(chunk)
        if (isSmall(file)) chunks.push(chunk)
      }
      sums.set(file.path, hash.digest('hex'))
      if (isSmall(file))
        read.keep(file.path, chunks.length === 1 ? Buffer.from(chunks[0] ?? []) : Buffer.concat(chunks))
    }
  }
  await Promise.all(Array.from({ length: readers }, work))
  return sums
}
