import { didYouMean } from '../words/suggest.ts'
import { shown } from './format.ts'
import { groupsOf } from './groups.ts'
import type { DeployFile, Problem } from './types.ts'

/** The nodes that were named, each once. */
export interface Selected {
  readonly names: string[]
  readonly problems: Problem[]
}

/**
 * The nodes that patterns name: a node, a group (with those in its inner groups), `all`, or a glob (`*` and `?`) over nodes and groups.
 * In the order of the patterns, and within one in that of the deploy file.
 */
export function selectNodes(deployFile: DeployFile, patterns: readonly string[]): Selected {
  const members = membersOf(deployFile)
  const names = new Set<string>()
  const problems: Problem[] = []
  for (const pattern of patterns) {
    const matches = namesMatching(pattern, members)
    const found = [...deployFile.nodes.keys()].filter((node) => matches.some((match) => members.get(match)?.has(node)))
    for (const node of found) names.add(node)
    if (found.length === 0) problems.push({ severity: 'error', message: reason(pattern, matches, members) })
  }
  return { names: [...names], problems }
}

/** The nodes behind each name: a node's own, a group's, and those of `all`. */
function membersOf({ nodes, groups }: DeployFile): ReadonlyMap<string, ReadonlySet<string>> {
  const members = new Map<string, Set<string>>([...groups.keys()].map((group) => [group, new Set()]))
  for (const node of nodes.values()) {
    for (const { name } of groupsOf(node, groups)) members.get(name)?.add(node.name)
    members.set(node.name, new Set([node.name]))
  }
  return members.set('all', new Set(nodes.keys()))
}

function namesMatching(pattern: string, members: ReadonlyMap<string, unknown>): string[] {
  if (!/[*?]/.test(pattern)) return members.has(pattern) ? [pattern] : []
  const glob = globExpression(pattern)
  return [...members.keys()].filter((name) => name !== 'all' && glob.test(name))
}

function globExpression(glob: string): RegExp {
  const literal = glob.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
  return new RegExp(`^${literal.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`)
}

function reason(pattern: string, matches: readonly string[], members: ReadonlyMap<string, unknown>): string {
  const [match] = matches
  if (match === 'all') return 'the deploy file names no node. Add [node:NAME].'
  if (match !== undefined) return `no node is in the group ${match}. Add groups = ${match} to a node.`
  return `no node or group matches ${shown(pattern)}. Write the name of a node or group, or a glob.${didYouMean(pattern, members.keys())}`
}
