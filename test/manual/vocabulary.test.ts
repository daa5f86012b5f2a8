import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { root, textOf } from './pages.ts'

/** The rows of a page's tables, without their heads. */
function rowsOf(path: string): string[][] {
  return Array.from(textOf(path).matchAll(/^\| (?!---)(.*) \|$/gm), ([, row = '']) =>
    row.split(' | ').map((cell) => cell.trim()),
  )
}

const events = textOf('src/run/events.ts')

const kinds = new Set(Array.from(events.matchAll(/readonly event: '([a-z-]+)'/g), ([, kind = '']) => kind))
const fields = new Set(Array.from(events.matchAll(/readonly (\w+)\??:/g), ([, field = '']) => field))

test.each([...kinds])('the manual has the event %s', (kind) => {
  expect(rowsOf('manual/events.md').map(([first]) => first)).toContain(`\`${kind}\``)
})

test.each([...fields])('the manual has the field %s of events', (field) => {
  expect(textOf('manual/events.md')).toContain(`\`${field}\``)
})

const records = new Set(
  Array.from(textOf('src/journal/records.ts').matchAll(/readonly kind: '([a-z]+)'/g), ([, kind = '']) => kind),
)

test.each([...records])('the manual has the record %s of the journal', (kind) => {
  const words = rowsOf('manual/events.md').map(([first = '']) => /^`([a-z]+) /.exec(first)?.[1])
  expect(words).toContain(kind)
})

test('the manual has just the packages that are used, each with its reason', () => {
  const { dependencies, devDependencies }: Record<string, Record<string, string>> = JSON.parse(textOf('package.json'))
  const rows = rowsOf('manual/dependencies.md').filter(([first = '']) => first.startsWith('`'))
  const named = rows.flatMap(([first = '']) => first.split(', ').map((name) => name.replaceAll('`', '')))
  expect(named.sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort())
  expect(rows.filter((row) => row.length !== 3 || row.includes(''))).toEqual([])
})

test.each(readdirSync(`${root}src`, { withFileTypes: true }).filter((entry) => entry.isDirectory()))(
  'the manual says what src/$name holds',
  ({ name }) => {
    expect(rowsOf('manual/architecture.md').map(([first]) => first)).toContain(`\`${name}/\``)
  },
)
