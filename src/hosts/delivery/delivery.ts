import type { Session } from '../../agent/session.ts'
import { type Entry, type FileEntry, type Host, OpFailed, type Received, type ReceiveOptions } from '../../ops/types.ts'
import { type Archive, archiveBlob, type Blob, fileBlob, type Read } from './blob.ts'
import { Lanes } from './lanes.ts'
import { type Meter, startMeter } from './meter.ts'
import { must, type Request } from './request.ts'
import type { Sorted } from './sort.ts'
import type { Survey } from './survey.ts'
import { secondsOf, timesScript } from './times.ts'

/** What a delivery works with. */
interface Means {
  readonly session: Session
  /** Starts another session on the same connection. */
  readonly more: () => Promise<Session>
  readonly folder: string
  readonly from: Host
  /** SHA-256 in hex of files here, by path. */
  readonly sums: ReadonlyMap<string, string>
  readonly read: Read
  readonly seen: Survey
  readonly options: ReceiveOptions
}

/** What is sent and shown as one. */
interface Parcel {
  readonly before: readonly Request[]
  readonly blob?: Blob
  /** @param sha256 that of the blob, in hex. */
  after(sha256: string): readonly Request[]
}

const unwritable = 'the payload can not be written'
const notWhole = 'it did not arrive whole'

/** One delivery on its way. */
export class Delivery {
  readonly #means: Means
  readonly #staging: string
  #sent = 0

  constructor(means: Means) {
    this.#means = means
    this.#staging = `${means.folder}/.staging`
  }

  async make(sorted: Sorted, entries: readonly Entry[]): Promise<Received> {
    const { kept, copies, packed, large, inTheWay } = sorted
    const { session, more, from, sums, read, seen, options } = this.#means
    const archive = packed.length > 0 ? archiveBlob(from, packed, sums, read, seen.parts) : undefined
    const blobs = large.map((entry) => fileBlob(from, entry, sums.get(entry.path), seen.parts))
    const all = [...(archive === undefined ? [] : [archive]), ...blobs]
    this.#checkRoom(all, [...copies.map(({ entry }) => entry.size), archive?.size ?? 0])
    const there = kept.filter(({ kind }) => kind === 'file').length
    const progress = startMeter(all, there + copies.length, options.onProgress)
    const parcels = large.map((entry, at) => this.#alone(blobs[at] as Blob, entry, inTheWay))
    if (archive !== undefined || copies.length > 0) parcels.unshift(this.#together(archive, sorted))
    const end = this.#end(sorted, entries)
    const lanes = new Lanes(session, more)
    try {
      for (const parcel of parcels) await this.#send(lanes, parcel, parcel === parcels.at(-1) ? end : [], progress)
    } finally {
      await lanes.close()
    }
    if (parcels.length === 0) await must(session, ...end)
    const sent = packed.filter(({ kind }) => kind === 'file').length + large.length
    return { sent, kept: there, copied: copies.length, bytes: this.#sent }
  }

  /** @param more sizes of what is made on the node beside the blobs. */
  #checkRoom(blobs: readonly Blob[], more: readonly number[]): void {
    const needed = [...blobs.map((blob) => blob.size - cameOf(blob)), ...more].reduce((sum, size) => sum + size, 0)
    const { free } = this.#means.seen
    if (needed <= free) return
    throw new OpFailed(`it needs ${mebi(needed)} MiB on the node, and ${mebi(free)} MiB are free. Make room there.`)
  }

  /** Small files, links and folders and copies are put together aside, and get their names at once. */
  #together(archive: Archive | undefined, { packed, copies, inTheWay }: Sorted): Parcel {
    const { folder, seen, options } = this.#means
    const against = options.against ?? ''
    const roots = [...new Set(copies.map((copy) => copy.root))].map((root): Request => {
      const paths = copies.filter((copy) => copy.root === root).map(({ path }) => `./${path}`)
      return {
        otherwise: `--against ${against}`,
        argv: ['stage_copies', `${this.#staging}/${root}`, against, ...paths],
      }
    })
    const misdated = copies.filter(({ entry, path }) => seen.facts.get(path)?.seconds !== secondsOf(entry.modified))
    const times = timesScript([...(archive?.misdated ?? []), ...misdated.map(({ entry }) => entry)])
    const together = [...packed, ...copies.map(({ entry }) => entry)]
    return {
      ...(archive && { blob: archive }),
      before: [{ otherwise: unwritable, argv: ['stage', this.#staging] }, ...roots],
      after: (sha256) => [
        ...(archive === undefined ? [] : [this.#unpack(archive, sha256)]),
        { otherwise: 'a time can not be set', argv: ['set_times', this.#staging, times] },
        ...this.#makeWay(together.filter(({ path }) => inTheWay.has(path))),
        { otherwise: unwritable, argv: ['show_staged', this.#staging, folder] },
      ],
    }
  }

  #unpack(archive: Archive, sha256: string): Request {
    const argv = ['stage_archive', this.#staging, this.#partOf(archive), String(archive.size), sha256]
    return { otherwise: notWhole, argv }
  }

  #alone(blob: Blob, entry: FileEntry, inTheWay: Sorted['inTheWay']): Parcel {
    // By its name alone a file would go into the folder that a link of that name leads to.
    const makesWay = inTheWay.has(entry.path) || this.#means.seen.kinds.get(entry.path) === 'link'
    const [part, size] = [this.#partOf(blob), String(entry.size)]
    const file = `${this.#means.folder}/${entry.path}`
    const seconds = String(secondsOf(entry.modified))
    const mode = entry.mode.toString(8)
    return {
      before: [],
      blob,
      after: (sha256) => [
        ...(makesWay ? [{ otherwise: notWhole, argv: ['whole', part, size, sha256] }, ...this.#makeWay([entry])] : []),
        { otherwise: notWhole, argv: ['commit_dated', seconds, part, file, size, sha256, mode] },
      ],
    }
  }

  /** What is to be replaced by something of another kind goes only when that is there to take its name. */
  #makeWay(entries: readonly Entry[]): readonly Request[] {
    if (entries.length === 0) return []
    const argv = ['make_way', this.#means.folder, ...entries.map(({ path }) => `./${path}`)]
    return [{ otherwise: 'what lies there can not be replaced', argv }]
  }

  /** What is left to do when all is there. */
  #end({ kept, copies, packed }: Sorted, entries: readonly Entry[]): readonly Request[] {
    const { folder, seen } = this.#means
    const otherwise = copies.filter(({ entry, path }) => seen.facts.get(path)?.mode !== entry.mode)
    // busybox tar leaves alone the mode of a folder that is there, and copies came before the archive.
    const folders = copies.length > 0 ? packed.filter(({ kind }) => kind === 'folder') : []
    const tops = entries.flatMap(({ kind, path }) => (kind === 'folder' && !path.includes('/') ? [`./${path}`] : []))
    return [
      ...this.#modes([...kept, ...otherwise.map(({ entry }) => entry), ...folders]),
      { otherwise: 'a time can not be set', argv: ['settle', folder, ...tops] },
    ]
  }

  #modes(entries: readonly Entry[]): readonly Request[] {
    const paths = new Map<number, string[]>()
    for (const entry of entries) {
      if (entry.kind !== 'link') paths.set(entry.mode, [...(paths.get(entry.mode) ?? []), `./${entry.path}`])
    }
    return [...paths].map(([mode, names]) => ({
      otherwise: 'a mode can not be set',
      argv: ['set_mode', this.#means.folder, mode.toString(8), ...names],
    }))
  }

  /** Requests are answered in their order: so what comes first is not waited for. */
  async #send(lanes: Lanes, parcel: Parcel, end: readonly Request[], progress: Meter): Promise<void> {
    const { session, folder } = this.#means
    const { before, blob, after } = parcel
    const parts = { otherwise: unwritable, argv: ['mkdir', '-p', `${folder}/.parts`] }
    const ready = must(session, ...before, ...(blob === undefined ? [] : [parts]))
    const sending = blob === undefined ? '' : this.#transfer(lanes, blob, progress)
    await Promise.allSettled([ready, sending])
    await ready
    await this.#verified(blob, ...after(await sending), ...end)
    if (blob !== undefined) progress.whole(blob)
  }

  async #transfer(lanes: Lanes, blob: Blob, progress: Meter): Promise<string> {
    const { session, options } = this.#means
    const part = this.#partOf(blob)
    this.#sent += Math.min(blob.bytes, blob.size - cameOf(blob))
    if (blob.note !== undefined) void session.put(`${part}.have`, 0, Buffer.from(blob.note)).catch(() => {})
    return lanes.send(blob, part, options.signal, (more) => progress.bytes(blob, more))
  }

  /** What has not arrived as it was sent is thrown away, so that the next try begins anew. */
  async #verified(blob: Blob | undefined, ...requests: readonly Request[]): Promise<void> {
    const { session } = this.#means
    try {
      await must(session, ...requests)
    } catch (cause) {
      const part = blob && this.#partOf(blob)
      if (part !== undefined) await session.ask('rm', '-f', part, `${part}.have`)
      throw cause
    }
  }

  /** Where what has come of a blob lies until it is whole. */
  #partOf({ key }: Blob): string {
    return `${this.#means.folder}/.parts/${key}`
  }
}

/** What is there of it from an earlier try, in bytes. */
function cameOf({ have, size }: Blob): number {
  return Math.min(
    size,
    have.reduce((sum, [start, end]) => sum + end - start, 0),
  )
}

function mebi(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024)
}
