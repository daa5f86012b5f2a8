import { createHash } from 'node:crypto'
import { type FileEntry, type Host, OpFailed, type RunResult } from '../../ops/types.ts'
import { plainLine } from '../../transport/plain.ts'

/** As many names go into one question, in bytes, and as many bytes of files come in one answer. */
const most = { names: 64 * 1024, bytes: 8 * 1024 * 1024 }

/** The SHA-256 of a machine's files, in hex, by path: asked in as few questions as may be. Throws OpFailed for what can't be read. */
export async function sumsThere(
  host: Host,
  files: readonly FileEntry[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>()
  for (const batch of batches(files, () => 0)) {
    let said = (await ask(host, 'sha256sum', batch, signal)).toString('utf8')
    for (const { path, from } of batch) {
      const [line, escaped, sum] = /^(\\?)([0-9a-f]{64}) [ *]/.exec(said) ?? []
      if (line === undefined || sum === undefined) throw new OpFailed(`${from}: its sum can't be taken.`)
      sums.set(path, sum)
      // GNU's sha256sum writes a newline in a name as \n, busybox as it is.
      const end = escaped || !said.startsWith(from, line.length) ? said.indexOf('\n') : line.length + from.length
      said = said.slice(end + 1)
    }
  }
  return sums
}

/** Small files with their bytes, many of them in one answer. Throws OpFailed for one that is not what its sum says. */
export async function* smallFiles(
  host: Host,
  files: readonly FileEntry[],
  sums: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly file: FileEntry; readonly bytes: Buffer }> {
  for (const batch of batches(files, ({ size }) => size)) {
    const bytes = await ask(host, 'cat', batch, signal)
    let at = 0
    for (const file of batch) {
      const own = bytes.subarray(at, at + file.size)
      at += file.size
      if (digest(own) !== sums.get(file.path)) throw changed(file.from)
      yield { file, bytes: own }
    }
    if (at !== bytes.length) throw changed(batch.at(-1)?.from ?? '')
  }
}

/** What is thrown for a file that is another than the one that was listed. */
export function changed(from: string): OpFailed {
  return new OpFailed(`${from} changed while it was fetched. Fetch it again when it is finished.`)
}

async function ask(host: Host, tool: string, files: readonly FileEntry[], signal?: AbortSignal): Promise<Buffer> {
  const argv = [tool, '--', ...files.map(({ from }) => from)]
  const result = await host.run(argv, signal && { signal })
  if (result.exit === 0) return result.stdout
  throw new OpFailed(`${tool} says no: ${reasonOf(result)}. Mend that there, or leave it out.`)
}

function reasonOf({ exit, signal, stderr }: RunResult): string {
  return plainLine(stderr.toString('utf8')) || `it ended with ${signal ?? exit}`
}

function* batches(files: readonly FileEntry[], sizeOf: (file: FileEntry) => number): Generator<readonly FileEntry[]> {
  let batch: FileEntry[] = []
  let [names, bytes] = [0, 0]
  for (const file of files) {
    names += Buffer.byteLength(file.from) + 1
    bytes += sizeOf(file)
    if (batch.length > 0 && (names > most.names || bytes > most.bytes)) {
      yield batch
      batch = []
      ;[names, bytes] = [Buffer.byteLength(file.from) + 1, sizeOf(file)]
    }
    batch.push(file)
  }
  if (batch.length > 0) yield batch
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
