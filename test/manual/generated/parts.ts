import { commandsPart } from './commands.ts'
import { decisionsPart } from './decisions.ts'
import { attributesPart, sectionsPart, stepOptionsPart } from './deployfile.ts'
import { recordsPart, runEventsPart, testEventsPart } from './fields.ts'
import { opNames, opPart, opsPart, typesPart } from './ops.ts'
import { statusesPart } from './statuses.ts'

type Make = () => string | Promise<string>

/** The parts of the manual that are made from what parser, help and program go by, by the name in their marks. */
export const parts: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['attributes', attributesPart],
  ['commands', commandsPart],
  ['decisions', decisionsPart],
  ['ops', opsPart],
  ...opNames.map((name) => [`op ${name}`, () => opPart(name)] as const),
  ['records', recordsPart],
  ['run events', runEventsPart],
  ['sections', sectionsPart],
  ['statuses', statusesPart],
  ['step options', stepOptionsPart],
  ['test events', testEventsPart],
  ['types', typesPart],
])

const marked = /^<!-- generated: (.+) -->\n[\s\S]*?^<!-- \/generated -->$/gm

/** The names of the parts in a page. */
export function partsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(marked), ([, name = '']) => name)
}

/** A page with its generated parts as they are now. */
export async function regenerated(text: string): Promise<string> {
  const made = new Map<string, string>()
  for (const name of partsIn(text)) {
    const make = parts.get(name)
    if (make === undefined) throw new Error(`there is no part ${name}`)
    made.set(name, `<!-- generated: ${name} -->\n\n${await make()}\n\n<!-- /generated -->`)
  }
  return text.replaceAll(marked, (was, name: string) => made.get(name) ?? was)
}
