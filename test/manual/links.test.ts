import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { pages, proseOf, root, textOf } from './pages.ts'

const links = pages
  .flatMap((page) =>
    Array.from(proseOf(page).matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => ({ page: page.path, target })),
  )
  .filter(({ target }) => !/^https?:/.test(target))

test.each(links)('the link from $page to $target leads somewhere', ({ page, target }) => {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? page : posix.join(posix.dirname(page), file)
  expect(existsSync(root + path)).toBe(true)
  if (anchor !== undefined) expect(anchorsOf(path)).toContain(anchor)
})

test('each page is in the contents of the manual, once', () => {
  const listed = links
    .filter(({ page }) => page === 'manual/index.md')
    .map(({ target }) => posix.join('manual', target))
  const others = pages.map(({ path }) => path).filter((path) => path !== 'manual/index.md')
  expect(listed.sort()).toEqual(others.sort())
})

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(path: string): string[] {
  const headings = Array.from(proseOf({ path, text: textOf(path) }).matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
  const before = (at: number) => headings.slice(0, at).filter((one) => one === headings[at]).length
  return headings.map((heading, at) => (before(at) === 0 ? heading : `${heading}-${before(at)}`))
}
