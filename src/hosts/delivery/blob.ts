import { createHash } from 'node:crypto'
import type { Entry, Host } from '../../ops/types.ts'
import { OpFailed } from '../../ops/types.ts'
import { unreadable } from '../refusal.ts'
import { archiveEnd, archiveSize, headerOf, paddingOf } from './archive.ts'

export type FileEntry = Extract<Entry, { kind: 'file' }>

/** Below this size, in bytes, files go together in an archive. */
const small = 1024 * 1024

export function isSmall(entry: FileEntry): boolean {
  return entry.size < small
}

/** Bytes that are sent in pieces under one name, and verified as one. */
export interface Blob {
  /** The same for the same bytes, so that a later try finds what has come already. */
  readonly key: string
  readonly size: number
  readonly files: number
  /** Of its files: without what is around them in an archive. */
  readonly bytes: number
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

/** The bytes of a file. Throws OpFailed when it has changed since it was listed, or can't be read. */
export async function* bytesOf(host: Host, entry: FileEntry): AsyncGenerator<Uint8Array> {
  const { from, size, modified } = entry
  let came = 0
  try {
    for await (const chunk of host.read(from)) {
      came += chunk.length
      if (came > size) break
      yield chunk
    }
  } catch (cause) {
    throw unreadable(from, cause)
  }
  const now = await host.stat(from)
  if (came !== size || now?.size !== size || now.modified !== modified) throw changed(from)
}

export function fileBlob(host: Host, entry: FileEntry, sha256: string | undefined): Blob {
  const { path, size, modified } = entry
  const key = digest(JSON.stringify([path, size, sha256 ?? modified]))
  return { key, size, files: 1, bytes: size, read: () => bytesOf(host, entry) }
}

/** Small files, links and folders as one tar archive. `sums` are those of the files, by path. */
export function archiveBlob(
  host: Host,
  entries: readonly Entry[],
  sums: ReadonlyMap<string, string>,
  read: Read,
): Blob {
  const known = entries.map((entry) => [headerOf(entry).toString('base64'), sums.get(entry.path)])
  const key = digest(JSON.stringify(known))
  const files = entries.filter((entry) => entry.kind === 'file')
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return {
    key,
    size: archiveSize(entries),
    files: files.length,
    bytes,
    read: () => packed(host, entries, sums, read),
  }
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
    if (hash.digest('hex') !== sums.get(entry.path)) throw changed(entry.from)
    yield paddingOf(entry.size)
  }
  yield archiveEnd
}

function changed(from: string): OpFailed {
  return new OpFailed(`${from} changed while it was sent. Send it again when it is finished.`)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
