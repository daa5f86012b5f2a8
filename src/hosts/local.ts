import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, open, rename, rm, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Entry, Host, Received, ReceiveOptions, RunOptions, RunResult, WriteOptions } from '../ops/types.ts'
import { BrokenError } from '../words/errors.ts'
import { runChild } from './child.ts'
import { Kept } from './kept.ts'
import { factsOf, listTree, readFileOf } from './tree.ts'

/** The workstation; paths are relative to `folder`. */
export function localHost(folder: string): Host {
  return {
    side: 'local',
    run: (argv, options) => run(folder, argv, options),
    read: (path) => readFileOf(resolve(folder, path)),
    write: (path, source, options) => write(resolve(folder, path), source, options),
    async glob(pattern) {
      const { glob } = await import('tinyglobby')
      return (await glob(pattern, { cwd: folder, dot: true, onlyFiles: true, expandDirectories: false })).sort()
    },
    stat: (path) => factsOf(resolve(folder, path)),
    list: (path) => listTree(folder, path),
    receive: (into, entries, from, options) => receive(resolve(folder, into), entries, from, options),
  }
}

/** Another user is had by sudo where it wants no password: on the workstation it is asked for none. */
async function run(folder: string, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const kept = new Kept()
  const { as, cwd = '.', input, signal: stop, timeout } = options
  const end = await runChild(as === undefined ? argv : ['sudo', '-n', '-u', as, '--', ...argv], {
    cwd: resolve(folder, cwd),
    onData: (stream, bytes) => kept.add(stream, bytes),
    ...(input && { input }),
    ...(stop && { signal: stop }),
    ...(timeout === undefined ? {} : { timeout }),
  })
  if (end.failure !== undefined) throw new BrokenError(`${argv[0]}: ${end.failure}`)
  stop?.throwIfAborted()
  if (end.alive) throw new BrokenError(`${argv[0]}: its processes could not be ended`)
  const { exit, signal, ended } = end
  return {
    ...kept.streams(),
    ...(ended === 'late' ? { timedOut: true } : {}),
    ...(exit === undefined ? {} : { exit }),
    ...(signal === undefined ? {} : { signal }),
  }
}

/** Writes beside the file, checks, syncs, and renames: the file is whole or is not there. */
async function write(path: string, source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.part-${randomBytes(6).toString('hex')}`
  const file = await open(part, 'wx', 0o600)
  try {
    const sum = await copy(source, (chunk) => file.appendFile(chunk), options)
    if (sum.size !== options.size || sum.sha256 !== options.sha256)
      throw new BrokenError(`${path} did not arrive whole`)
    await file.sync()
    await file.close()
    await chmod(part, options.mode ?? 0o644)
    await rename(part, path)
  } catch (error) {
    await file.close().catch(() => {})
    await rm(part, { force: true })
    throw error
  }
}

async function copy(
  source: AsyncIterable<Uint8Array>,
  put: (chunk: Uint8Array) => Promise<unknown>,
  options: WriteOptions,
) {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of source) {
    options.signal?.throwIfAborted()
    size += chunk.length
    if (size > options.size) break
    hash.update(chunk)
    await put(chunk)
    options.onProgress?.(size)
  }
  return { size, sha256: hash.digest('hex') }
}

/** Makes entries one after the other; a file that is there with the same bytes is kept. */
async function receive(
  folder: string,
  entries: readonly Entry[],
  from: Host,
  { signal, onProgress }: ReceiveOptions = {},
): Promise<Received> {
  const files = entries.filter((entry) => entry.kind === 'file')
  const total = files.reduce((sum, { size }) => sum + size, 0)
  let [done, sent, bytes] = [0, 0, 0]
  for (const entry of entries) {
    signal?.throwIfAborted()
    const path = join(folder, entry.path)
    if (entry.kind === 'folder') await mkdir(path, { recursive: true, mode: entry.mode })
    if (entry.kind === 'link') await makeLink(path, entry.target)
    if (entry.kind !== 'file') continue
    const { size, mode } = entry
    const sha256 = await sumOf(from.read(entry.from))
    const there = await factsOf(path)
    if (there?.size !== size || (await sumOf(readFileOf(path))) !== sha256) {
      await write(path, from.read(entry.from), { size, sha256, mode, ...(signal && { signal }) })
      sent += 1
      bytes += size
    } else if (there.mode !== mode) await chmod(path, mode)
    done += size
    onProgress?.({ done, total })
  }
  return { sent, kept: files.length - sent, copied: 0, bytes }
}

async function makeLink(path: string, target: string): Promise<void> {
  const made = `${path}.link-${randomBytes(6).toString('hex')}`
  await mkdir(dirname(path), { recursive: true })
  await symlink(target, made)
  await rename(made, path)
}

async function sumOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of source) hash.update(chunk)
  return hash.digest('hex')
}
