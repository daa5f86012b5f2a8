import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMissing } from '../words/filefault.ts'

/** Where the ops of a deploy file are. */
export interface OpFolders {
  /** Holds the built-in ops: this package's own. */
  readonly builtIn: string
  /** Holds the user's ops. */
  readonly own?: string
}

/** The `jobs` folder of this package: beside src in the source tree, in dist when built. */
const builtInFolder = fileURLToPath(new URL('../../jobs', import.meta.url))

/** Finds both folders; `folder` is the deploy file's. In this package's own repository its jobs are the built-in ones. */
export async function opFolders(folder: string, builtIn: string = builtInFolder): Promise<OpFolders> {
  const own = await realpath(join(folder, 'jobs')).catch(() => undefined)
  if (own === undefined) return { builtIn }
  const sources = await Promise.all([builtIn, sourceOf(builtIn)].map((path) => realpath(path).catch(() => path)))
  return sources.includes(own) ? { builtIn } : { builtIn, own }
}

/** `dist/jobs` is built from `jobs`. */
function sourceOf(builtIn: string): string {
  const above = dirname(builtIn)
  return basename(above) === 'dist' ? join(dirname(above), basename(builtIn)) : builtIn
}

/** The files of a jobs folder that can be ops, by name. Names have no dots and slashes, so nothing else is ever loaded. */
export async function opFiles(folder: string | undefined): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = new Map<string, string[]>()
  const found = folder === undefined ? [] : await readdir(folder).catch(noFolder)
  for (const file of found.sort()) {
    const name = basename(file, extname(file))
    if (/^[a-z][a-z0-9-]*$/.test(name) && /^\.(ts|js|mjs)$/.test(extname(file))) {
      files.set(name, [...(files.get(name) ?? []), file])
    }
  }
  return files
}

function noFolder(error: unknown): string[] {
  if (isMissing(error)) return []
  throw error
}

/** The names of all ops that a deploy file in this folder can use, sorted. */
export async function listOps(folder: string): Promise<string[]> {
  const { builtIn, own } = await opFolders(folder)
  const names = await Promise.all([opFiles(builtIn), opFiles(own)])
  return [...new Set(names.flatMap((files) => [...files.keys()]))].sort()
}
