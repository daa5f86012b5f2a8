import { createHash, randomBytes } from 'node:crypto'
import { chmod, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Host, RunOptions, RunResult, WriteOptions } from '../ops/types.ts'
import { BrokenError } from '../words/errors.ts'
import { makeFolder } from '../words/folder.ts'
import { runChild } from './child.ts'
import { partPrefix, removeLeftovers } from './delivery/leftover.ts'
import { globFiles } from './glob.ts'
import { Kept } from './kept.ts'
import { unreadable, unwritable } from './refusal.ts'
import { factsOf, listTree, readFileOf } from './tree.ts'

/**
 * The workstation; paths are relative to `folder`.
 * @param env of what is run; that of this process when absent.
 */
export function localHost(folder: string, env?: NodeJS.ProcessEnv): Host {
  return {
    side: 'local',
    run: (argv, options) => run({ folder, env }, argv, options),
    read: (path) => read(folder, path),
    write: (path, source, options) =>
      write(resolve(folder, path), source, options).catch((cause: unknown) => {
        throw unwritable(path, cause)
      }),
    glob: (pattern) => globFiles(folder, pattern),
    stat: (path) => factsOf(resolve(folder, path)),
    list: (path) => listTree(folder, path),
    async receive(into, entries, from, options) {
      const { arrive } = await import('./delivery/arrival.ts')
      return arrive(resolve(folder, into), entries, from, options)
    },
  }
}

interface Place {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv | undefined
}

/** Another user is had by sudo where it wants no password: on the workstation it is asked for none. */
async function run({ folder, env }: Place, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const kept = new Kept()
  const { as, cwd = '.', input, signal: stop, timeout } = options
  const end = await runChild(as === undefined ? argv : ['sudo', '-n', '-u', as, '--', ...argv], {
    cwd: resolve(folder, cwd),
    ...(env && { env }),
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

async function* read(folder: string, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* readFileOf(resolve(folder, path))
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** Writes beside the file, checks, syncs, and renames: the file is whole or is not there. */
async function write(path: string, source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<void> {
  const folder = dirname(path)
  await makeFolder(folder, 0o777)
  await removeLeftovers(folder)
  const part = join(folder, `${partPrefix(process.pid)}${randomBytes(3).toString('hex')}`)
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
