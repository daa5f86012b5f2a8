import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where a module lies as it is built: tests that run node tests in their own process can't see into their workers. */
export function ownModule(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../dist/src/${name}.js`, import.meta.url))
  return existsSync(path) ? path : undefined
}
