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

test('each page of the manual is in its contents', () => {
  const listed = links.filter(({ page }) => page === 'manual/index.md').map(({ target }) => `manual/${target}`)
  const others = pages
    .map(({ path }) => path)
    .filter((path) => path.startsWith('manual/') && !path.endsWith('/index.md'))
  expect(listed).toEqual(expect.arrayContaining(others))
})

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(path: string): string[] {
  return Array.from(textOf(path).matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}
