import type { Manual } from '../../operations/manual.ts'
import type { WrittenPage } from '../../operations/manualfolder.ts'
import { nodeParts } from './node.ts'
import { overviewParts } from './overview.ts'
import { stateParts } from './states.ts'

/** How each page begins, front matter for TypeDoc included: who finds it sees that it is written by conc, and from what. */
export function pageStart({ file }: Pick<Manual, 'file'>): string {
  return `---\n# Written by conc manual from ${JSON.stringify(file)}. What is changed here is lost when it is written again.\n`
}

/** The pages, a node each, the states, and one that leads to all. Their texts are made when they are asked for. */
export function manualPages(manual: Manual): readonly WrittenPage[] {
  const names = [...manual.deployFile.nodes.keys()]
  const paths = pathsOf(names)
  const pathOf = (name: string) => paths.get(name) ?? ''
  const links = { states: 'states.md', node: pathOf }
  const page = (path: string, title: string, parts: () => readonly string[], children: readonly string[] = []) => ({
    path,
    text: () => `${frontMatter(manual, title, children)}\n${document(parts())}`,
  })
  return [
    ...names.map((name) =>
      page(pathOf(name), name, () => nodeParts({ manual, node: manual.node(name), depth: 1, states: '../states.md' })),
    ),
    page('states.md', 'The states', () => stateParts(manual, { depth: 1 })),
    page('index.md', 'Operations manual', () => overviewParts(manual, links, { depth: 1 }), [
      ...names.map(pathOf),
      'states.md',
    ]),
  ]
}

/** The whole manual as one document, piece by piece. */
export function* manualDocument(manual: Manual): Generator<string> {
  const states = '#the-states'
  yield document(overviewParts(manual, { states }, { depth: 1 }))
  for (const name of manual.deployFile.nodes.keys()) {
    yield `\n${document(nodeParts({ manual, node: manual.node(name), depth: 2, states }))}`
  }
  yield `\n${document(stateParts(manual, { depth: 2 }))}`
}

/** Names of nodes are names of files too. Those that differ by capitals alone are one file on some disks; no node's name has a `~`. */
function pathsOf(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Map<string, number>()
  return new Map(
    names.map((name) => {
      const nth = (taken.get(name.toLowerCase()) ?? 0) + 1
      taken.set(name.toLowerCase(), nth)
      return [name, `nodes/${name}${nth === 1 ? '' : `~${nth}`}.md`]
    }),
  )
}

function frontMatter(manual: Manual, title: string, children: readonly string[]): string {
  const rows = children.map((path) => `  - ${JSON.stringify(path)}\n`)
  return `${pageStart(manual)}title: ${JSON.stringify(title)}\n${rows.length === 0 ? '' : `children:\n${rows.join('')}`}---\n`
}

function document(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}
