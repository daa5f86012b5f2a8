import type { Report } from './report.ts'
import type { Section } from './types.ts'

type Groups = ReadonlyMap<string, Section>

/** How deep groups may be nested. */
const deepestNesting = 50

/** The groups that a node or group is in, each once: a group's own groups come before it, else in the order listed. */
export function groupsOf(section: Section, groups: Groups): Section[] {
  const seen = new Set<string>()
  const order: Section[] = []
  const visit = (names: readonly string[], depth: number) => {
    for (const name of names) {
      const group = groups.get(name)
      if (group === undefined || seen.has(name) || depth > deepestNesting) continue
      seen.add(name)
      visit(group.groups, depth + 1)
      order.push(group)
    }
  }
  visit(section.groups, 1)
  return order
}

/** Reports groups that are in themselves, with the way round, and groups nested too deep. */
export function checkNesting(groups: Groups, report: Report): void {
  const depths = new Map<string, number>()
  for (const name of groups.keys()) depthOf(name, [], groups, depths, report)
}

function depthOf(
  name: string,
  path: readonly string[],
  groups: Groups,
  depths: Map<string, number>,
  report: Report,
): number {
  const group = groups.get(name)
  const known = depths.get(name)
  if (group === undefined || known !== undefined) return known ?? 0
  if (path.includes(name)) {
    const circle = [...path.slice(path.indexOf(name)), name].join(' -> ')
    report(group.place.line, `the group ${name} is in itself: ${circle}. Take one of them out of the other.`)
    return 0
  }
  let inner = path.length < deepestNesting ? 0 : deepestNesting
  for (const own of inner === 0 ? group.groups : []) {
    inner = Math.max(inner, depthOf(own, [...path, name], groups, depths, report))
  }
  if (inner === deepestNesting) {
    report(group.place.line, `groups are nested more than ${deepestNesting} deep at ${name}. Nest fewer.`)
  }
  depths.set(name, inner + 1)
  return inner + 1
}
