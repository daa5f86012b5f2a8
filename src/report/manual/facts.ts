import type { Manual, NodeManual } from '../../operations/manual.ts'
import { quote } from '../../plan/quote.ts'
import type { Plan } from '../../plan/types.ts'

/** What a page about a node is made of, and where it stands. */
export interface PageFacts {
  readonly manual: Manual
  readonly node: NodeManual
  /** How deep its title is, from 1. */
  readonly depth: number
  /** Where the page of the states is, from here. */
  readonly states: string
}

/** A heading so many levels below the page's title. */
export function heading({ depth }: Pick<PageFacts, 'depth'>, below: number, text: string): string {
  return `${'#'.repeat(depth + below)} ${text}`
}

/** How conc is called in the folder of the deploy file. */
export function concOf({ file }: Pick<Manual, 'file'>): string {
  return file === 'deploy.ini' ? 'conc' : `conc -f ${quote(file)}`
}

/** The words that run a job, or plan it, as the pages have it: with what `--set` said. */
export function callOf(manual: Manual, command: 'plan' | 'run', { job, node }: Pick<Plan, 'job' | 'node'>): string {
  const set = Array.from(manual.overrides, ([key, value]) => ` -e ${quote(`${key}=${value}`)}`)
  return `${concOf(manual)} ${command} ${job} ${node}${set.join('')}`
}

/** An attribute's value, where the node has it. */
export function attributeOf({ attributes }: Pick<NodeManual, 'attributes'>, key: string): string | undefined {
  return attributes.get(key)?.value
}
