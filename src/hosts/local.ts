import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Host, RunOptions, RunResult, WriteOptions } from '../ops/types.ts'
import { BrokenError } from '../words/errors.ts'
import { runChild } from './child.ts'
import { Kept } from './kept.ts'

/** The workstation; paths are relative to `folder`. */
export function localHost(folder: string): Host {
  return {
    side: 'local',
    run: (argv, options) => run(folder, argv, options),
    read: (path) => createReadStream(resolve(folder, path)),
    write: (path, source, options) => write(resolve(folder, path), source, options),
    async glob(pattern) {
      const { glob } = await import('tinyglobby')
      return (await glob(pattern, { cwd: folder, dot: true, onlyFiles: true, expandDirectories: false })).sort()
    },
    async stat(path) {
      const found = await stat(resolve(folder, path)).catch(() => undefined)
      return found?.isFile() ? { size: found.size, mode: found.mode & 0o7777 } : undefined
    },
  }
}

async function run(folder: string, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const kept = new Kept()
  const end = await runChild(argv, {
    cwd: resolve(folder, options.cwd ?? '.'),
    onData: (stream, bytes) => kept.add(stream, bytes),
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  if (end.failure !== undefined) throw new BrokenError(`${argv[0]}: ${end.failure}`)
  options.signal?.throwIfAborted()
  const { exit, signal } = end
  return { ...kept.streams(), ...(exit === undefined ? {} : { exit }), ...(signal === undefined ? {} : { signal }) }
}

/** Writes beside the file, checks, syncs, and renames: the file is whole or is not there. */
async function write(path: string, source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.part-${randomBytes(6).toString('hex')}`
  const file = await open(part, 'wx', 0o600)
  try {
    const sum = await copy(source, (chunk) => file.write(chunk), options)
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
