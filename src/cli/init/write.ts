import { appendFile, lstat, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UsageError } from '../../words/errors.ts'
import { fileFault } from '../../words/filefault.ts'
import { makeFolder } from '../../words/folder.ts'
import type { NewFile } from './files.ts'

/** The files that are there already, or whose place another op of the same name takes. */
export async function standing(folder: string, files: readonly NewFile[]): Promise<readonly string[]> {
  const paths = files.flatMap(({ path }) => {
    const [, op] = /^(jobs\/.+)\.ts$/.exec(path) ?? []
    return op === undefined ? [path] : [path, `${op}.js`, `${op}.mjs`]
  })
  const found = await Promise.all(paths.map((path) => isThere(join(folder, path))))
  return paths.filter((_, index) => found[index])
}

/** Also a link that leads nowhere. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

/** Writes files that are not there yet: all, or none of them. Throws UsageError. */
export async function writeNew(folder: string, files: readonly NewFile[]): Promise<void> {
  const written: string[] = []
  for (const { path, text } of files) {
    const full = join(folder, path)
    try {
      await makeFolder(dirname(full), 0o777)
      await writeFile(full, text, { flag: 'wx' })
      written.push(full)
    } catch (error) {
      await Promise.all(written.map((one) => rm(one, { force: true })))
      throw new UsageError(`${full}: it can't be written: ${fileFault(error)}. Name another folder.`)
    }
  }
}

/** Adds a line to .gitignore, unless it says the same already. Gives whether it did. */
export async function ignore(folder: string, line: string): Promise<boolean> {
  const path = join(folder, '.gitignore')
  const text = await readFile(path, 'utf8').catch(() => '')
  const bare = (pattern: string) => pattern.trim().replace(/^\/|\/$/g, '')
  if (text.split('\n').some((each) => bare(each) === bare(line))) return false
  await appendFile(path, `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`)
  return true
}
