import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf } from '../words/errors.ts'
import { opFiles, opFolders } from './find.ts'
import type { Op } from './types.ts'

export interface LoadedOps {
  readonly ops: ReadonlyMap<string, Op>
  /** What is wrong with an op that was found, by its name. */
  readonly problems: ReadonlyMap<string, string>
}

/** A loaded op, or a sentence about what is wrong with its file. */
type Loaded = { readonly op: Op } | { readonly problem: string }

/** What a file of `jobs/` must hold. */
const expected = 'Write `export default defineOp({ summary, command })`, or with `run` and `byHand`.'

/**
 * Loads the named ops and no others; `folder` is the deploy file's. A name that no file has is in neither map.
 * `options.builtIn` is the folder of the built-in ops.
 */
export async function loadOps(
  names: Iterable<string>,
  folder: string,
  options: { readonly builtIn?: string } = {},
): Promise<LoadedOps> {
  const { builtIn, own } = await opFolders(folder, options.builtIn)
  const [known, users] = await Promise.all([opFiles(builtIn), opFiles(own)])
  const ops = new Map<string, Op>()
  const problems = new Map<string, string>()
  for (const name of new Set(names)) {
    const [file, second] = users.get(name) ?? []
    const [builtInFile] = known.get(name) ?? []
    const loaded = file
      ? await loadUsers(own ?? '', file, { second, builtIn: builtInFile !== undefined })
      : builtInFile && (await loadBuiltIn(join(builtIn, builtInFile)))
    if (!loaded) continue
    if ('op' in loaded) ops.set(name, loaded.op)
    else problems.set(name, loaded.problem)
  }
  return { ops, problems }
}

async function loadBuiltIn(path: string): Promise<Loaded> {
  const module: { default: Op } = await import(pathToFileURL(path).href)
  return { op: module.default }
}

interface Others {
  readonly second: string | undefined
  readonly builtIn: boolean
}

async function loadUsers(folder: string, file: string, { second, builtIn }: Others): Promise<Loaded> {
  if (builtIn) return { problem: `jobs/${file}: an op of this name is built in. Rename the file.` }
  if (second) return { problem: `jobs/${file} and jobs/${second} are both the same op. Keep one.` }
  try {
    const op = await evaluate(join(folder, file))
    return isOp(op) ? { op } : { problem: `jobs/${file}: its default export is no op. ${expected}` }
  } catch (error) {
    return { problem: `jobs/${file}${await lineOf(error, join(folder, file))}: ${sentenceOf(error)}` }
  }
}

/** The default export of a user's module, TypeScript or not. It gets this very `conc-deploy`, wherever it is installed. */
async function evaluate(path: string): Promise<unknown> {
  const [{ createJiti }, own] = await Promise.all([import('jiti'), import('../index.ts')])
  // A cache on disk would lie in a folder of /tmp that others can write to.
  const jiti = createJiti(path, { fsCache: false, virtualModules: { 'conc-deploy': own } })
  return jiti.import(path, { default: true })
}

function isOp(value: unknown): value is Op {
  if (typeof value !== 'object' || value === null || !('summary' in value) || typeof value.summary !== 'string')
    return false
  if ('command' in value) return typeof value.command === 'function'
  return 'run' in value && typeof value.run === 'function' && 'byHand' in value && typeof value.byHand === 'function'
}

/** The first line of a message: what follows names the loader's own files. */
function sentenceOf(error: unknown): string {
  const [first = ''] = messageOf(error).split('\n')
  return `${first
    .replace(/^ParseError: /, '')
    .trim()
    .replace(/\.$/, '')}. Correct the file.`
}

/** `:LINE` of the user's file, as far as it is known: jiti keeps lines, but moves some code to the first one. */
async function lineOf(error: unknown, path: string): Promise<string> {
  const trace = error instanceof Error ? (error.stack ?? '') : ''
  const [, line = '', column = ''] = /^:(\d+):(\d+)/.exec(trace.slice(trace.indexOf(path) + path.length)) ?? []
  const text = (await readFile(path, 'utf8')).split('\n')[Number(line) - 1] ?? ''
  return trace.includes(path) && Number(column) <= text.length + 1 && line !== '' ? `:${line}` : ''
}
