import { createHash } from 'node:crypto'
import type { Entry, Host } from '../../ops/types.ts'
import { OpFailed } from '../../ops/types.ts'
import { archiveEnd, archiveSize, headerOf, paddingOf } from './archive.ts'

export type FileEntry = Extract<Entry, { kind: 'file' }>

/** Bytes that are sent in pieces under one name, and verified as one. */
export interface Blob {
  /** The same for the same bytes, so that a later try finds what has come already. */
  readonly key: string
  readonly size: number
  readonly files: number
  read(): AsyncIterable<Uint8Array>
}

/** Small files that were read once, by path: they are packed from memory. */
export class Read {
  readonly #files = new Map<string, Buffer>()
  #size = 0

  keep(path: string, bytes: Buffer): void {
    if (this.#size + bytes.length > mostRead) return
    this.#size += bytes.length
    this.#files.set(path, bytes)
  }

  of(path: string): Buffer | undefined {
    return this.#files.get(path)
  }
}

/** As much as is kept in memory, in bytes. */
const mostRead = 32 * 1024 * 1024

/** The bytes of a file, refused when it has changed since it was listed. */
export async function* bytesOf(host: Host, { from, size, modified }: FileEntry): AsyncGenerator<Uint8Array> {
  let came = 0
  for await (const chunk of host.read(from)) {
    came += chunk.length
    if (came > size) break
    yield chunk
  }
  const now = await host.stat(from)
  if (came !== size || now?.size !== size || now.modified !== modified)
    throw new OpFailed(`${from} changed while it was sent`)
}

export function fileBlob(host: Host, entry: FileEntry, sha256: string | undefined): Blob {
  const key = digest(JSON.stringify([entry.path, entry.size, entry.modified, sha256]))
  return { key, size: entry.size, files: 1, read: () => bytesOf(host, entry) }
}

/** Small files, links and folders as one tar archive. `sums` are those of the files, by path. */
export function archiveBlob(
  host: Host,
  entries: readonly Entry[],
  sums: ReadonlyMap<string, string>,
  read: Read,
): Blob {
  const key = digest(JSON.stringify(entries.map((entry) => [entry, sums.get(entry.path)])))
  const files = entries.filter(({ kind }) => kind === 'file').length
  return { key, size: archiveSize(entries), files, read: () => packed(host, entries, sums, read) }
}

async function* packed(host: Host, entries: readonly Entry[], sums: ReadonlyMap<string, string>, read: Read) {
  for (const entry of entries) {
    yield headerOf(entry)
    if (entry.kind !== 'file') continue
    const bytes = read.of(entry.path)
    if (bytes !== undefined) {
      yield bytes
      yield paddingOf(entry.size)
      continue
    }
    const hash = createHash('sha256')
    for await (const chunk of bytesOf(host, entry)) {
      hash.update(chunk)
      yield chunk
    }
    if (hash.digest('hex') !== sums.get(entry.path)) throw new OpFailed(`${entry.from} changed while it was sent`)
    yield paddingOf(entry.size)
  }
  yield archiveEnd
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
