import type { Manual } from '../../operations/manual.ts'
import { count } from '../amounts.ts'
import { heading, type PageFacts } from './facts.ts'
import { code, prose, table } from './markdown.ts'
import { sourceOf } from './secrets.ts'

/** Where the pages are, from the first one; absent in one document. */
interface Links {
  readonly states: string
  readonly node?: (name: string) => string
}

/** The first page: what there is, and where it stands. */
export function overviewParts(manual: Manual, links: Links, place: Pick<PageFacts, 'depth'>): readonly string[] {
  const { file, deployFile } = manual
  const { nodes, jobs } = deployFile
  const title = `Operations manual: ${prose(deployFile.defaults.get('app')?.value ?? file)}`
  return [
    heading(place, 0, title),
    `How each node of ${code(file)} is deployed to, by conc and by hand: ${count(nodes.size, 'node')}, ${count(jobs.size, 'job')}. When something went wrong: [the states](${links.states}). \`conc manual\` writes these pages from the deploy file; they hold its values, and of its secrets only where they come from.`,
    heading(place, 1, 'Nodes'),
    table(['node', 'address', 'groups'], nodeRows(manual, links)),
    heading(place, 1, 'Jobs'),
    table(
      ['job', 'steps', 'from'],
      Array.from(jobs.values(), (job) => [code(job.name), String(job.steps.length), code(`${file}:${job.place.line}`)]),
    ),
    ...secretParts(manual, place),
  ]
}

function nodeRows({ deployFile: { nodes }, about }: Manual, links: Links): readonly (readonly string[])[] {
  return Array.from(nodes.keys(), (name) => {
    const { groups, attributes } = about(name)
    const title = links.node === undefined ? code(name) : `[${code(name)}](${links.node(name)})`
    const address = attributes.get('sshd.ip')?.value
    return [title, address === undefined ? '' : code(address), groups.map(code).join(', ')]
  })
}

function secretParts({ file, deployFile: { secrets } }: Manual, place: Pick<PageFacts, 'depth'>): readonly string[] {
  if (secrets.size === 0) return []
  const rows = Array.from(secrets, ([name, source]) => [
    code(name),
    sourceOf(source),
    code(`${file}:${source.place.line}`),
  ])
  return [heading(place, 1, 'Secrets'), table(['secret', 'comes from', 'from'], rows)]
}
