import { createHash } from 'node:crypto'
import type { Session } from '../../agent/session.ts'
import { type Entry, type Host, OpFailed, type Received, type ReceiveOptions } from '../../ops/types.ts'
import { archiveBlob, type Blob, bytesOf, type FileEntry, fileBlob, isSmall, Read } from './blob.ts'
import { Lanes } from './lanes.ts'
import { type Copy, type Sorted, sortOut } from './sort.ts'
import { checkNames, must, partPath, type Survey, sendList, sendText, survey } from './survey.ts'
import { secondsOf, timesScript } from './times.ts'

/** How many files are read at a time to take their sums. */
const readers = 16

/** Makes entries in a folder of the node: asks what it has, sends the rest, and shows each file only when it is whole. */
export async function receive(
  session: Session,
  more: () => Promise<Session>,
  folder: string,
  entries: readonly Entry[],
  from: Host,
  options: ReceiveOptions = {},
): Promise<Received> {
  checkNames(entries)
  const files = entries.filter((entry) => entry.kind === 'file')
  const read = new Read()
  const [seen, known] = await Promise.all([
    survey(session, folder, entries, options.against),
    sumsOf(from, options.against === undefined ? files.filter(isSmall) : files, read, options.signal),
  ])
  const unknown = files.filter(({ path }) => !known.has(path) && seen.sums.has(path))
  const sums = new Map([...known, ...(await sumsOf(from, unknown, read, options.signal))])
  const plan = sortOut(entries, seen, sums)
  const [obstacle] = options.replaces ? [] : plan.inTheWay
  if (obstacle !== undefined) {
    throw new OpFailed(
      `${folder}/${obstacle} is a ${seen.kinds.get(obstacle)} on the node, and something else here. Remove it there.`,
    )
  }
  const delivery = new Delivery(session, more, folder, from, sums, read, seen, options)
  const received = await delivery.make(plan)
  const tops = entries.flatMap(({ kind, path }) => (kind === 'folder' && !path.includes('/') ? [`./${path}`] : []))
  await must(session, 'a time can not be set', 'settle', folder, ...tops)
  return received
}

/** The SHA-256 of files, in hex, by path. */
async function sumsOf(
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

/** Counts what has arrived. */
interface Meter {
  bytes(blob: Blob, more: number): void
  whole(blob: Blob): void
}

/** One delivery on its way. */
class Delivery {
  readonly #session: Session
  readonly #more: () => Promise<Session>
  readonly #folder: string
  readonly #from: Host
  readonly #sums: ReadonlyMap<string, string>
  readonly #read: Read
  readonly #seen: Survey
  readonly #options: ReceiveOptions
  #sent = 0

  constructor(
    session: Session,
    more: () => Promise<Session>,
    folder: string,
    from: Host,
    sums: ReadonlyMap<string, string>,
    read: Read,
    seen: Survey,
    options: ReceiveOptions,
  ) {
    this.#session = session
    this.#more = more
    this.#folder = folder
    this.#from = from
    this.#sums = sums
    this.#read = read
    this.#seen = seen
    this.#options = options
  }

  async make({ kept, copies, packed, large, inTheWay }: Sorted): Promise<Received> {
    const archive = packed.length > 0 ? archiveBlob(this.#from, packed, this.#sums, this.#read) : undefined
    const blobs = large.map((entry) => fileBlob(this.#from, entry, this.#sums.get(entry.path)))
    const all = [...(archive === undefined ? [] : [archive]), ...blobs]
    this.#checkRoom(all, [...copies.map(({ entry }) => entry.size), archive?.size ?? 0])
    const there = kept.filter(({ kind }) => kind === 'file').length
    const progress = this.#meter(all, there + copies.length)
    const together = [...packed, ...copies.map(({ entry }) => entry)]
    const lanes = new Lanes(this.#session, this.#more)
    try {
      if (archive !== undefined || copies.length > 0)
        await this.#together(lanes, archive, copies, { together, inTheWay }, progress)
      for (const [at, entry] of large.entries()) {
        await this.#alone(lanes, blobs[at] as Blob, entry, inTheWay.has(entry.path) ? [entry] : [], progress)
      }
    } finally {
      await lanes.close()
    }
    // busybox tar leaves alone the mode of a folder that is there, and copies came before the archive.
    const folders = copies.length > 0 ? packed.filter(({ kind }) => kind === 'folder') : []
    await this.#setModes([...kept, ...copies.map(({ entry }) => entry), ...folders])
    const sent = packed.filter(({ kind }) => kind === 'file').length + large.length
    return { sent, kept: there, copied: copies.length, bytes: this.#sent }
  }

  /** @param more sizes of what is made on the node beside the blobs. */
  #checkRoom(blobs: readonly Blob[], more: readonly number[]): void {
    const needed = [...blobs.map((blob) => blob.size - this.#came(blob)), ...more].reduce((sum, size) => sum + size, 0)
    const { free } = this.#seen
    if (needed <= free) return
    throw new OpFailed(`it needs ${mebi(needed)} MiB on the node, and ${mebi(free)} MiB are free. Make room there.`)
  }

  #meter(blobs: readonly Blob[], there: number): Meter {
    const total = blobs.reduce((sum, { bytes }) => sum + bytes, 0)
    const allFiles = blobs.reduce((sum, { files }) => sum + files, there)
    const came = new Map<Blob, number>()
    let files = there
    // Of an archive as much of the files as of the whole.
    const ofFiles = ({ bytes, size }: Blob, arrived: number) => Math.floor((bytes * arrived) / size)
    const tell = () => {
      const done = [...came].reduce((sum, [blob, arrived]) => sum + ofFiles(blob, arrived), 0)
      this.#options.onProgress?.({ done, total, files, allFiles })
    }
    tell()
    return {
      bytes: (blob, more) => {
        came.set(blob, (came.get(blob) ?? 0) + more)
        tell()
      },
      whole: ({ files: more }) => {
        files += more
        tell()
      },
    }
  }

  /** Small files, links, folders and copies are put together aside, and get their names at once. */
  async #together(
    lanes: Lanes,
    archive: Blob | undefined,
    copies: readonly Copy[],
    { together, inTheWay }: { together: readonly Entry[]; inTheWay: ReadonlySet<string> },
    progress: Meter,
  ): Promise<void> {
    const staging = `${this.#folder}/.staging`
    await must(this.#session, 'the payload can not be written', 'stage', staging)
    for (const root of new Set(copies.map((copy) => copy.root))) {
      const paths = copies.filter((copy) => copy.root === root).map(({ path }) => path)
      const list = await sendList(this.#session, 'copies', paths, '\n')
      const against = this.#options.against ?? ''
      await must(this.#session, `--against ${against}`, 'stage_copies', `${staging}/${root}`, against, list)
    }
    if (archive !== undefined) {
      const { part, sha256 } = await this.#send(lanes, archive, progress)
      await this.#verified(part, 'stage_archive', staging, part, String(archive.size), sha256)
      progress.whole(archive)
    }
    const times = await sendText(this.#session, 'times', timesScript(together))
    await must(this.#session, 'a time can not be set', 'set_times', staging, times)
    await this.#makeWay(together.filter(({ path }) => inTheWay.has(path)))
    await must(this.#session, 'the payload can not be written', 'show_staged', staging, this.#folder)
  }

  async #alone(
    lanes: Lanes,
    blob: Blob,
    entry: FileEntry,
    otherwise: readonly Entry[],
    progress: Meter,
  ): Promise<void> {
    const { part, sha256 } = await this.#send(lanes, blob, progress)
    if (otherwise.length > 0) {
      await this.#verified(part, 'whole', part, String(entry.size), sha256)
      await this.#makeWay(otherwise)
    }
    const file = `${this.#folder}/${entry.path}`
    const seconds = String(secondsOf(entry.modified))
    const mode = entry.mode.toString(8)
    await this.#verified(part, 'commit_dated', seconds, part, file, String(entry.size), sha256, mode)
    progress.whole(blob)
  }

  /** What is there of it from an earlier try, in bytes. */
  #came({ key, size }: Blob): number {
    const have = this.#seen.parts.get(key) ?? []
    return Math.min(
      size,
      have.reduce((sum, [start, end]) => sum + end - start, 0),
    )
  }

  /** What is to be replaced by something of another kind goes only when that is there to take its name. */
  async #makeWay(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    const paths = entries.map(({ path }) => path)
    const list = await sendList(this.#session, 'otherwise', paths, '\0')
    await must(this.#session, 'what lies there can not be replaced', 'make_way', this.#folder, list)
  }

  async #send(lanes: Lanes, blob: Blob, progress: Meter) {
    const part = partPath(this.#folder, blob.key)
    await must(this.#session, 'the payload can not be written', 'mkdir', '-p', `${this.#folder}/.parts`)
    const have = this.#seen.parts.get(blob.key) ?? []
    this.#sent += Math.min(blob.bytes, blob.size - this.#came(blob))
    const sha256 = await lanes.send(blob, part, have, this.#options.signal, (more) => progress.bytes(blob, more))
    return { part, sha256 }
  }

  /** What has not arrived as it was sent is thrown away, so that the next try begins anew. */
  async #verified(part: string, ...argv: readonly string[]): Promise<void> {
    try {
      await must(this.#session, 'it did not arrive whole', ...argv)
    } catch (cause) {
      await this.#session.ask('rm', '-f', part, `${part}.have`)
      throw cause
    }
  }

  async #setModes(entries: readonly Entry[]): Promise<void> {
    const moded = entries.filter((entry) => entry.kind !== 'link')
    for (const mode of new Set(moded.map((entry) => entry.mode))) {
      const paths = moded.filter((entry) => entry.mode === mode).map(({ path }) => path)
      const list = await sendList(this.#session, 'modes', paths, '\0')
      await must(this.#session, 'a mode can not be set', 'set_mode', this.#folder, mode.toString(8), list)
    }
  }
}

function mebi(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024)
}
