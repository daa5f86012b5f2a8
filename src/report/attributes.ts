import type { Attributes } from '../deployfile/types.ts'
import { visibleLine } from './clean.ts'
import { paints, type Style } from './style.ts'

// Longer values push their origin to the right; the others stay in line.
const widest = 40

/** A node's attributes as `key = value ; where it is from`, aligned. */
export function attributeLines(node: string, attributes: Attributes, style: Style = {}): readonly string[] {
  const { bold, dim } = paints(style)
  const rows = Array.from(attributes, ([key, { value, from }]) => [key, value, from].map(visibleLine))
  const width = (column: number) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0))
  const [keys, values] = [width(0), Math.min(width(1), widest)]
  const lines = rows.map(([key = '', value = '', from]) => {
    return `  ${key.padEnd(keys)} = ${value.padEnd(values)}  ${dim(`; ${from}`)}`
  })
  return [bold(visibleLine(node)), ...lines]
}

/** A node's attributes as `conc show --json` prints them. */
export function attributesJson(node: string, attributes: Attributes) {
  // Entries, so that `__proto__` is just a name.
  return {
    node,
    attributes: Object.fromEntries(Array.from(attributes, ([key, { value, from }]) => [key, { value, from }])),
  }
}
