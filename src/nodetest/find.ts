import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import type { TestSelection } from '../ops/tests.ts'
import { UsageError } from '../words/errors.ts'
import { ownModule } from './own.ts'
import type { TestNode } from './types.ts'

/** A file of tests: where it is, and how it is called in reports. */
export interface TestFile {
  readonly path: string
  readonly name: string
}

/** The test files of a node that are selected, sorted, the built-in sets after them. Throws UsageError for a set that there is not. */
export async function findTests(
  node: TestNode,
  folder: string,
  selection: TestSelection,
): Promise<readonly TestFile[]> {
  const { files = [], builtin = [] } = selection
  const { glob } = await import('tinyglobby')
  const found = existsSync(node.folder)
    ? await glob('**/*.nodetest.ts', { cwd: node.folder, absolute: true, ignore: ['**/node_modules/**'] })
    : []
  const named = found.sort().map((path) => ({ path, name: relative(folder, path) }))
  const wanted = named.filter(
    ({ name, path }) => files.length === 0 || files.some((part) => name.includes(clean(part)) || path === part),
  )
  const sets = builtin.filter((set) => set !== 'baseline' || node.data?.baseline !== undefined)
  return [...wanted, ...sets.map((set) => ({ path: setPath(set), name: `builtin:${set}` }))]
}

function clean(part: string): string {
  return part.replace(/^\.\//, '')
}

function setPath(set: string): string {
  const path = /^[\w-]+$/.test(set) ? ownModule(`nodetest/sets/${set}`) : undefined
  if (path === undefined)
    throw new UsageError(`there is no built-in set of tests ${set}. See the manual's page on node tests.`)
  return path
}
