import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** What the repository's package is at. */
export const version: string = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).version

/** Makes the repository, cloned and built, in a folder of its own. */
export function cloneInto(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of ['package.json', 'LICENSE', 'deploy.ini', 'dist', 'jobs', 'src', 'test/release'])
    cpSync(join(repository, name), join(folder, name), { recursive: true })
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
}
