import { knownAttributes } from '../words/attributes.ts'
import { groupsOf } from './groups.ts'
import type { DeployFile, Place, Section, Written } from './types.ts'

/** An attribute that is not evaluated yet. */
export interface Given {
  readonly key: string
  readonly value: string
  /** As in Attribute: `deploy.ini:12`, `--set`, `default` or `built in`. */
  readonly from: string
  /** Where its problems are reported; a value of `--set` has no place. */
  readonly place?: Place
}

/** What a node is given: conc's defaults < [deploy] < its groups < its own < `overrides` < its name. */
export function givenTo(
  node: Section,
  deployFile: DeployFile,
  overrides: ReadonlyMap<string, string>,
): Map<string, Given> {
  const given = new Map<string, Given>()
  const add = (entry: Given) => given.set(entry.key, entry)
  const addWritten = (key: string, { value, place }: Written) =>
    add({ key, value, from: `${place.file}:${place.line}`, place })
  for (const { name, default: value } of knownAttributes) {
    if (value !== undefined) add({ key: name, value, from: 'default', place: node.place })
  }
  for (const [key, written] of deployFile.defaults) addWritten(key, written)
  for (const section of [...groupsOf(node, deployFile.groups), node]) {
    for (const [key, written] of section.attributes) addWritten(key, written)
  }
  for (const [key, value] of overrides) add({ key, value, from: '--set' })
  return add({ key: 'name', value: node.name, from: 'built in', place: node.place })
}
