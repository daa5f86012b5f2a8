import { createRequire } from 'node:module'
import type { Block } from './pages.ts'

// TypeDoc's own reader, with which it reads the front matter of the pages.
const typedoc = createRequire(createRequire(import.meta.url).resolve('typedoc'))
const { parse }: { readonly parse: (text: string) => unknown } = typedoc('yaml')

/** Where GitHub and GitLab have what a shell runs. */
const scriptKeys = ['run', 'before_script', 'script', 'after_script']

/** What a CI system would have a shell run, each script as a block of its own. Throws for what is no YAML. */
export function scriptsIn(block: Block): readonly Block[] {
  const scripts = textsIn(parse(block.lines.join('\n')), false).map((text) => text.trimEnd().split('\n'))
  return scripts.map((lines) => ({ ...block, language: 'sh', line: block.line + placeOf(lines, block), lines }))
}

function textsIn(value: unknown, isScript: boolean): readonly string[] {
  if (typeof value === 'string') return isScript ? [value] : []
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, isScript))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => textsIn(one, scriptKeys.includes(key)))
}

function placeOf([first = '']: readonly string[], { lines }: Block): number {
  return lines.findIndex((line) => line.endsWith(first))
}
