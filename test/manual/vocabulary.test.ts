import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { usage } from '../../src/ops/arguments.ts'
import { loadOps } from '../../src/ops/load.ts'
import { knownAttributes } from '../../src/words/attributes.ts'
import { exitCodes, statuses } from '../../src/words/status.ts'
import { root, textOf } from './pages.ts'

/** The rows of a page's tables, without their heads. */
function rowsOf(path: string): string[][] {
  return Array.from(textOf(path).matchAll(/^\| (?!---)(.*) \|$/gm), ([, row = '']) =>
    row.split(' | ').map((cell) => cell.trim()),
  )
}

const events = textOf('src/run/events.ts')

test('the exit codes of the README are those of the program', () => {
  const written = rowsOf('README.md').filter(([code = '']) => /^\d$/.test(code))
  expect(written).toEqual(Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning]))
})

test.each(statuses)('the README says what %s means', (status) => {
  expect(rowsOf('README.md').map(([first]) => first)).toContain(status)
})

const opNames = readdirSync(`${root}jobs`).map((file) => basename(file, '.ts'))

test.each(opNames)('the manual has the op %s, as it is used and with its sides', async (name) => {
  const op = (await loadOps([name], root)).ops.get(name)
  if (op === undefined) throw new Error(`there is no op ${name}`)
  const page = textOf('manual/ops.md')
  expect(page).toContain(`\n## ${name}\n\n\`${usage(name, op)}\`\n`)
  const kind = 'command' in op ? 'command' : 'run' in op ? 'code' : 'runner'
  const row = rowsOf('manual/ops.md').find(([first]) => first === `[\`${name}\`](#${name})`)
  expect(row?.slice(2)).toEqual([op.sides?.length === 1 ? op.sides[0] : 'both', kind])
})

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

test.each(knownAttributes)('the manual has the attribute $name', ({ name }) => {
  expect(rowsOf('manual/deployfile.md').map(([first]) => first)).toContain(`\`${name}\``)
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
