import { sections, stepOptions } from '../../../src/cli/help/deployfile.ts'
import { builtInAttributes, knownAttributes } from '../../../src/words/attributes.ts'
import { code, coded, table } from './markdown.ts'

export function sectionsPart(): string {
  return table(['section', 'holds'], sections.map(coded))
}

export function stepOptionsPart(): string {
  return table(['option', 'does'], stepOptions.map(coded))
}

/** The attributes that conc reads, and those that it sets itself. */
export function attributesPart(): string {
  const known = knownAttributes.map(({ name, summary, expects, default: value = '' }) => [
    code(name),
    summary,
    expects,
    value && code(value),
  ])
  const builtIn = Array.from(builtInAttributes, ([name, summary]) => [code(name), summary, 'nothing: conc sets it', ''])
  return table(['attribute', 'is', 'takes', 'default'], [...known, ...builtIn])
}
