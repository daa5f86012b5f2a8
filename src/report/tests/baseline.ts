import { drift, driftLines, isList } from '../../nodetest/baseline.ts'
import type { Recorded } from '../../operations/baselines.ts'
import { visibleLine } from '../clean.ts'
import { paints, type Style } from '../style.ts'

/** What was recorded of a node, what changed since the last time, and what could not be told. */
export function baselineLines({ file, baseline, former, notRoot }: Recorded, style: Style = {}): readonly string[] {
  const { bold, yellow } = paints(style)
  const who = baseline.as === undefined ? 'the login user' : baseline.as
  const kinds = [...baseline.facts].flatMap(([kind, facts]) => {
    const name = kind.padEnd(16)
    if (!isList(facts)) return [yellow(`  ${name}  not recorded: ${visibleLine(facts.unknown)}`)]
    const before = former?.facts.get(kind)
    if (before === undefined || !isList(before)) return [`  ${name}  ${facts.length}`]
    const changed = drift(before, facts)
    const sum = `+${changed.added.length} -${changed.removed.length}`
    return [`  ${name}  ${facts.length}, ${sum}`, ...driftLines(changed).map((line) => `    ${visibleLine(line)}`)]
  })
  return [
    `${bold(visibleLine(baseline.node))}  recorded as seen by ${visibleLine(who)}: ${visibleLine(file)}`,
    ...(notRoot === undefined ? [] : [yellow(`  not asked as root: ${visibleLine(notRoot)}`)]),
    ...kinds,
  ]
}

/** The same for programs. */
export function baselineJson({ file, baseline, former, notRoot }: Recorded) {
  const facts = [...baseline.facts].map(([kind, found]) => {
    if (!isList(found)) return [kind, found]
    const before = former?.facts.get(kind)
    return [kind, { count: found.length, ...(before !== undefined && isList(before) ? drift(before, found) : {}) }]
  })
  return {
    event: 'baseline',
    node: baseline.node,
    file,
    ...(baseline.as === undefined ? {} : { as: baseline.as }),
    ...(notRoot === undefined ? {} : { notRoot }),
    facts: Object.fromEntries(facts),
  }
}
