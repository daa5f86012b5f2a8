import { didYouMean } from '../words/suggest.ts'
import { shown } from './format.ts'
import { groupsOf } from './groups.ts'
import { splitPattern, type Term, whyNoPattern } from './pattern.ts'
import type { DeployFile, Problem } from './types.ts'

/** The nodes that were named, each once. */
export interface Selected {
  readonly names: string[]
  readonly problems: Problem[]
}

/**
 * The nodes that patterns name: a node, a group (with those in its inner groups), `all`, or a glob (`*` and `?`) over nodes
 * and groups, joined by `,` or `:`, narrowed by `:&` and `:!`. In the order of the patterns, and within one in that of the
 * deploy file. What narrows alone narrows all nodes.
 */
export function selectNodes(deployFile: DeployFile, patterns: readonly string[]): Selected {
  const addresses = patterns.flatMap((word) => whyNoPattern(word) ?? []).map(problem)
  if (addresses.length > 0) return { names: [], problems: addresses }
  const found = splitPattern(patterns).map((term) => ({ ...term, ...matchesOf(term, deployFile) }))
  const of = (kind: Term['kind']) => found.filter((term) => term.kind === kind)
  const problems = found.flatMap(({ why }) => why ?? []).map(problem)
  const added = of('add').flatMap(({ nodes }) => nodes)
  const begun = found.length > 0 && of('add').length === 0 ? [...deployFile.nodes.keys()] : [...new Set(added)]
  const names = begun.filter(
    (node) =>
      of('only').every(({ nodes }) => nodes.includes(node)) && !of('without').some(({ nodes }) => nodes.includes(node)),
  )
  if (names.length === 0 && begun.length > 0 && problems.length === 0) problems.push(problem(noneLeft(patterns)))
  return { names, problems }
}

/** The same, but only those nodes that another pattern names too. */
export function limitNodes(deployFile: DeployFile, patterns: readonly string[], limit: string): Selected {
  const chosen = selectNodes(deployFile, patterns)
  const among = selectNodes(deployFile, [limit])
  const names = chosen.names.filter((node) => among.names.includes(node))
  const problems = [...chosen.problems, ...among.problems]
  if (names.length > 0 || problems.length > 0) return { names, problems }
  return { names, problems: [problem(`--limit ${shown(limit)} leaves none of ${chosen.names.join(', ')}.`)] }
}

function problem(message: string): Problem {
  return { severity: 'error', message }
}

function noneLeft(patterns: readonly string[]): string {
  return `no node is left of ${shown(patterns.join(','))}. What follows & and ! takes all of them away.`
}

/** The nodes that one name or glob stands for, or why there is none. */
function matchesOf({ name }: Term, deployFile: DeployFile): { nodes: readonly string[]; why?: string } {
  const members = membersOf(deployFile)
  const matches = namesMatching(name, members)
  const nodes = [...deployFile.nodes.keys()].filter((node) => matches.some((match) => members.get(match)?.has(node)))
  return nodes.length > 0 ? { nodes } : { nodes, why: reason(name, matches, members) }
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
