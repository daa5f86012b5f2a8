import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where a module of this package's src lies: as it is written, or as it is built. Its name is without its ending. */
export function ownModule(name: string): string | undefined {
  const paths = ['ts', 'js'].map((end) => fileURLToPath(new URL(`../${name}.${end}`, import.meta.url)))
  return paths.find((path) => existsSync(path))
}
