import { createHash } from 'node:crypto'
import type { Entry, FileEntry, Host } from '../../ops/types.ts'
import { OpFailed } from '../../ops/types.ts'
import { unreadable } from '../refusal.ts'
import { archiveEnd, archiveSize, headerOf, paddingOf } from './archive.ts'
import type { Stretch } from './stretch.ts'
import { timesNote, timesOf } from './times.ts'

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
  /** What has come of it in an earlier try. */
  readonly have: readonly Stretch[]
  /** What is noted on the node before anything of it comes. */
  readonly note?: string
  read(): AsyncIterable<Uint8Array>
}

/** What is noted on the node of a blob that has come in part. */
interface Begun {
  readonly have: readonly Stretch[]
  /** In seconds since 1970: those of an archive's entries, as they stand in what has come. */
  readonly times?: readonly number[]
}

/** What was begun, by the blobs' keys. */
export type Parts = ReadonlyMap<string, Begun>

/** Small files, links and folders as one. */
export interface Archive extends Blob {
  /** Files that had another time when the first bytes of it came: these stand in it. */
  readonly misdated: readonly FileEntry[]
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

export function fileBlob(host: Host, entry: FileEntry, sha256: string | undefined, parts: Parts): Blob {
  const { path, size, modified } = entry
  const key = digest(JSON.stringify([path, size, sha256 ?? modified]))
  const have = parts.get(key)?.have ?? []
  return { key, size, files: 1, bytes: size, have, read: () => bytesOf(host, entry) }
}

/**
 * Small files, links and folders as one tar archive. `sums` are those of the files, by path. Its key is the same whatever
 * their times are; one that was begun goes on with the times that it began with, so that its bytes are the same.
 */
export function archiveBlob(
  host: Host,
  entries: readonly Entry[],
  sums: ReadonlyMap<string, string>,
  read: Read,
  parts: Parts,
): Archive {
  const known = entries.map((entry) => [headerOf(entry).toString('base64'), sums.get(entry.path)])
  const key = digest(JSON.stringify(known))
  const own = timesOf(entries)
  const begun = parts.get(key)
  const former = begun === undefined ? undefined : (begun.times ?? entries.map(() => 0))
  const goesOn = former?.length === entries.length
  const times = goesOn ? former : own
  const files = entries.filter((entry) => entry.kind === 'file')
  return {
    key,
    size: archiveSize(entries),
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    have: goesOn ? (begun?.have ?? []) : [],
    ...(goesOn ? {} : { note: timesNote(times) }),
    misdated: entries.filter((entry, at): entry is FileEntry => entry.kind === 'file' && times[at] !== own[at]),
    read: () => packed(host, entries, sums, read, times),
  }
}

async function* packed(
  host: Host,
  entries: readonly Entry[],
  sums: ReadonlyMap<string, string>,
  read: Read,
  times: readonly number[],
) {
  for (const [at, entry] of entries.entries()) {
    yield headerOf(entry, times[at])
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
