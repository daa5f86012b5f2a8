import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { repository } from './repository.ts'

/** A packed package, as npm tells of it. */
export interface Tarball {
  readonly path: string
  readonly files: readonly string[]
  /** Bytes, unpacked. */
  readonly size: number
}

interface Packed {
  readonly filename: string
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

/** Packs what is built. */
export function packInto(folder: string): Tarball {
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const told = execFileSync('npm', words, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const [packed]: readonly Packed[] = JSON.parse(told)
  if (packed === undefined) throw new Error(`npm pack told nothing: ${told}`)
  const { filename, files, unpackedSize } = packed
  return { path: join(folder, filename), files: files.map(({ path }) => path).sort(), size: unpackedSize }
}
