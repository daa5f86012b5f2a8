import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = ['README.md', ...globSync('manual/*.md', { cwd: root })]
const shown = pages.flatMap((page) => {
  const found = readFileSync(root + page, 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]*)\)/g)
  return [...found].map(([, alt = '', path = '']) => ({
    page,
    alt,
    path: page === 'README.md' ? path : `manual/${path}`,
  }))
})
const files = globSync('manual/pictures/*', { cwd: root })

test('each picture is shown on some page, in words too, and is there', () => {
  expect([...new Set(shown.map(({ path }) => path))].sort()).toEqual([...files].sort())
  expect(shown.filter(({ alt }) => alt.length < 20)).toEqual([])
})

test('all of them are small', () => {
  expect(files.reduce((sum, file) => sum + statSync(root + file).size, 0)).toBeLessThan(300_000)
})

test.each(files.filter((file) => file.endsWith('.svg')))(
  '%s is well-formed, and nothing in it runs or is loaded',
  (file) => {
    const text = readFileSync(root + file, 'utf8')
    const open: string[] = []
    const rest = text.replaceAll(
      /<(\/?)(\w+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g,
      (_tag, end, name, _attributes, empty) => {
        if (end === '/') expect(open.pop()).toBe(name)
        else if (empty === '') open.push(name)
        return ''
      },
    )
    expect(open).toEqual([])
    expect(rest).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/)
    expect(text).toMatch(/^<svg [^>]*role="img">\n<title>[^<]+<\/title>/)
    expect(text).not.toMatch(/<script|<foreignObject|\bon\w+=|href=|url\(/)
  },
)
