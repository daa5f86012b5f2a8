import { join } from 'node:path'
import { openDeploy } from '../../src/operations/deploy.ts'
import { type Manual, manualOf } from '../../src/operations/manual.ts'
import { manualPages } from '../../src/report/manual/pages.ts'
import { makeWorkstation } from '../fixtures/deploy.ts'

type Files = Readonly<Record<string, string>>

/** The manual of a deploy file, with what lies beside it. */
export async function manualFrom(text: string, files: Files = {}, set: Files = {}): Promise<Manual> {
  const station = makeWorkstation('')
  for (const [name, content] of Object.entries({ ...files, 'deploy.ini': text })) station.write(name, content)
  try {
    const manual = manualOf(await openDeploy(join(station.folder, 'deploy.ini'), new Map(Object.entries(set))))
    // Templates and scripts are read when a node is planned: while they are there.
    const nodes = new Map(Array.from(manual.deployFile.nodes.keys(), (name) => [name, manual.node(name)]))
    return { ...manual, node: (name) => nodes.get(name) ?? manual.node(name) }
  } finally {
    station.remove()
  }
}

/** The text of one of its pages. */
export function pageOf(manual: Manual, path: string): string {
  const page = manualPages(manual).find((one) => one.path === path)
  if (page === undefined) throw new Error(`there is no page ${path}`)
  return page.text()
}

/** What stands under a heading of a page, up to the next one of its level or above. */
export function sectionOf(text: string, heading: string): string {
  const lines = text.split('\n')
  const from = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && line !== heading)
  const level = lines[from]?.indexOf(' ') ?? 0
  const length = lines.slice(from + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level)
  return lines
    .slice(from + 1, length < 0 ? undefined : from + 1 + length)
    .join('\n')
    .trim()
}
