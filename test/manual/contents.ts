import { posix } from 'node:path'
import { textOf } from './pages.ts'

/** A part of the manual, with its pages in their order. */
export interface Part {
  readonly heading: string
  /** Relative to the repository. */
  readonly paths: readonly string[]
}

const contents = 'manual/index.md'

/** The parts of the manual: the headings of its contents, with the contents themselves in the first. */
export function partsOfManual(): readonly Part[] {
  const [, ...sections] = textOf(contents).split(/^## /m)
  return sections.map((section) => ({
    heading: section.slice(0, section.indexOf('\n')),
    paths: Array.from(section.matchAll(/^\| \[[^\]]+\]\(([^)#]+\.md)\)/gm), ([, target = '']) =>
      posix.join(posix.dirname(contents), target),
    ).map((path) => (path === 'README.md' ? contents : path)),
  }))
}
