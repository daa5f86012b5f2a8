import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseWaivers, type WrittenWaiver } from '../nodetest/waivers.ts'
import { UsageError } from '../words/errors.ts'
import { fileFault, isMissing } from '../words/filefault.ts'
import { type Deploy, ProblemsError } from './deploy.ts'

/** The waivers beside the tests of these folders. Throws ProblemsError with all that is wrong with them. */
export async function readWaivers(
  { deployFile }: Deploy,
  folders: readonly string[],
): Promise<ReadonlyMap<string, readonly WrittenWaiver[]>> {
  const read = await Promise.all(
    [...new Set(folders)].map(async (folder) => {
      const path = join(folder, 'waivers.ini')
      const text = await textOf(path)
      return { folder, ...parseWaivers(text ?? '', relative(deployFile.folder, path), deployFile) }
    }),
  )
  const problems = read.flatMap((one) => one.problems)
  if (problems.length > 0) throw new ProblemsError(problems)
  return new Map(read.map(({ folder, waivers }) => [folder, waivers]))
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw new UsageError(`${path}: can't be read: ${fileFault(cause)}. Change its mode, or remove it.`)
  }
}
