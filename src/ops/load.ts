import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brokenOp, exportLine } from './broken.ts'
import { opFiles, opFolders } from './find.ts'
import { shapeProblem } from './shape.ts'
import type { Op } from './types.ts'

export interface LoadedOps {
  readonly ops: ReadonlyMap<string, Op>
  /** What is wrong with an op that was found, by its name. */
  readonly problems: ReadonlyMap<string, string>
}

/** A loaded op, or a sentence about what is wrong with its file. */
type Loaded = { readonly op: Op } | { readonly problem: string }

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
    const problem = shapeProblem(op)
    return problem === undefined
      ? { op: op as Op }
      : { problem: `jobs/${file}${await exportLine(join(folder, file))}: ${problem}` }
  } catch (error) {
    return { problem: await brokenOp(error, join(folder, file), `jobs/${file}`, dirname(folder)) }
  }
}

/** The default export of a user's module, TypeScript or not. It gets this very `conc-deploy`, wherever it is installed. */
async function evaluate(path: string): Promise<unknown> {
  const [{ createJiti }, own] = await Promise.all([import('jiti'), import('../index.ts')])
  // A cache on disk would lie in a folder of /tmp that others can write to.
  const jiti = createJiti(path, { fsCache: false, virtualModules: { 'conc-deploy': own } })
  return jiti.import(path, { default: true })
}
