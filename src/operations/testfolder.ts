import { resolve } from 'node:path'
import type { Deploy } from './deploy.ts'

/** The folder of a node's tests, absolute: its attribute `nodetests`, from the folder of the deploy file. */
export function testFolder({ deployFile }: Deploy, attributes: Readonly<Record<string, string>>): string {
  return resolve(deployFile.folder, attributes.nodetests ?? 'nodetests')
}
