import { heading, type PageFacts } from './facts.ts'
import { code, table } from './markdown.ts'

/** A node's groups, and its attributes, each with the line that set it. */
export function attributeParts(facts: PageFacts): readonly string[] {
  const { groups, attributes } = facts.node
  const rows = Array.from(attributes, ([key, { value, from }]) => [code(key), code(value), code(from)])
  return [
    groups.length === 0 ? 'It is in no group.' : `Its groups: ${groups.map(code).join(', ')}.`,
    heading(facts, 1, 'Attributes'),
    table(['attribute', 'value', 'from'], rows),
  ]
}
