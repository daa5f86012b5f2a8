import { join } from 'node:path'
import type { Project } from './project.ts'
import { runIn, thisMachine } from './use.ts'

/** The oldest that will do, and the two that follow. */
const versions = ['20.19.0', '22', '24']

/** The programs of other versions of Node.js, out of the npm package `node`. */
export async function installNodes(project: Project): Promise<readonly string[]> {
  const nodes: string[] = []
  for (const version of versions) {
    const prefix = join(project.folder, `node-${version}`)
    const words = ['install', '--no-audit', '--no-fund', '--prefix', prefix, `node@${version}`]
    await runIn(project, thisMachine, ['npm', ...words])
    nodes.push(join(prefix, 'node_modules/node/bin/node'))
  }
  return nodes
}
