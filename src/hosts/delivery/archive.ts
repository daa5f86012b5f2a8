import { Header } from 'tar'
import type { Entry } from '../../ops/types.ts'

const block = 512
const zeros = Buffer.alloc(2 * block)

/**
 * What stands before an entry's bytes in a tar archive: a header, with longer names before it as GNU tar and busybox read them.
 * @param seconds its time, since 1970.
 */
export function headerOf(entry: Entry, seconds = 0): Buffer {
  const type = entry.kind === 'file' ? 'File' : entry.kind === 'folder' ? 'Directory' : 'SymbolicLink'
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path
  const linkpath = entry.kind === 'link' ? entry.target : ''
  const mode = entry.kind === 'link' ? 0o777 : entry.mode
  const size = entry.kind === 'file' ? entry.size : 0
  const header = new Header({ path: fitting(path), linkpath: fitting(linkpath), mode, size, type, uid: 0, gid: 0 })
  header.mtime = new Date(seconds * 1000)
  header.encode()
  return Buffer.concat([
    ...(fitting(path) === path ? [] : [longName('NextFileHasLongPath', path)]),
    ...(fitting(linkpath) === linkpath ? [] : [longName('NextFileHasLongLinkpath', linkpath)]),
    header.block ?? Buffer.alloc(0),
  ])
}

/** The zeros after an entry's bytes. */
export function paddingOf(size: number): Buffer {
  return zeros.subarray(0, (block - (size % block)) % block)
}

/** The end of an archive. */
export const archiveEnd: Buffer = zeros

/** The size of the archive of these entries, in bytes. */
export function archiveSize(entries: readonly Entry[]): number {
  const bodies = entries.map((entry) => (entry.kind === 'file' ? entry.size + paddingOf(entry.size).length : 0))
  return entries.reduce((sum, entry, at) => sum + headerOf(entry).length + (bodies[at] ?? 0), archiveEnd.length)
}

/** As much of a name as a header has room for. */
function fitting(name: string): string {
  const bytes = Buffer.from(name)
  return bytes.length <= 100
    ? name
    : bytes
        .subarray(0, 100)
        .toString('latin1')
        .replace(/[^\x20-\x7e]/g, '_')
}

function longName(type: 'NextFileHasLongPath' | 'NextFileHasLongLinkpath', name: string): Buffer {
  const body = Buffer.from(`${name}\0`)
  const header = new Header({ path: '././@LongLink', mode: 0o644, size: body.length, type, uid: 0, gid: 0 })
  header.encode()
  return Buffer.concat([header.block ?? Buffer.alloc(0), body, paddingOf(body.length)])
}
