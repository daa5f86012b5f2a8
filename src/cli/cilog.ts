import { fstatSync } from 'node:fs'
import type { Stream } from '../agent/hearing.ts'
import { defuser } from '../report/ci/defuse.ts'
import { foldsOf } from '../report/ci.ts'
import type { World } from './world.ts'

/** A command's own output on its way out. */
export interface Output {
  /** Resolves as the world's does. */
  write(stream: Stream, bytes: Buffer): Promise<void> | undefined
  end(): Promise<void>
}

/** Output that a CI system's log can hold: nothing in it is obeyed. Elsewhere, and into a file, it is as it is. */
export function forLog({ env, write }: Pick<World, 'env' | 'write'>): Output {
  const folds = foldsOf(env)
  if (folds === undefined) return { write, end: async () => {} }
  const defusers = { stdout: defuser(folds), stderr: defuser(folds) }
  const pass = (stream: Stream, bytes: Buffer) => (bytes.length === 0 ? undefined : write(stream, bytes))
  return {
    write: (stream, bytes) =>
      isFile(stream) ? write(stream, bytes) : pass(stream, defusers[stream].add(Buffer.from(bytes))),
    async end() {
      for (const stream of ['stdout', 'stderr'] as const) await pass(stream, defusers[stream].end())
    },
  }
}

/** A file gets what a command printed as it is, also within CI. */
export function isFile(stream: Stream): boolean {
  return fstatSync(stream === 'stdout' ? 1 : 2).isFile()
}
