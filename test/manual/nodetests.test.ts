import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/table.ts'
import { parseDeployFile } from '../../src/deployfile/parse.ts'
import { matchers } from '../../src/nodetest/matchers.ts'
import { parseWaivers } from '../../src/nodetest/waivers.ts'
import { inventoryKinds } from '../../src/questions/inventory.ts'
import { knownAttributes } from '../../src/words/attributes.ts'
import { objectsOf } from '../cli/sample.ts'
import { deployFile, makeWorkstation } from '../fixtures/deploy.ts'
import { type Block, blocksIn, root, textOf } from './pages.ts'

const page = 'manual/nodetests.md'
const text = textOf(page)
const blocks = (language: string) => blocksIn(language).filter((block) => block.page === page)

/** The rows of the tables below a heading of the page, without their heads. */
function rowsBelow(heading: string): string[][] {
  const [, section = ''] = text.split(`\n## ${heading}\n`)
  const [own = ''] = section.split('\n## ')
  return Array.from(own.matchAll(/^\| (?!---)(.*) \|$/gm), ([, row = '']) =>
    row.split(' | ').map((cell) => cell.trim()),
  ).slice(1)
}

function codesIn(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = '']) => code)
}

/** The methods of each subject, as its interface declares them. */
const subjects = new Map(
  readdirSync(`${root}src/questions`)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      Array.from(
        textOf(`src/questions/${file}`).matchAll(/^export interface (\w+) extends Subject \{\n(.*?)^\}/gms),
        ([, name = '', body = '']) => [name, Array.from(body.matchAll(/^ {2}(\w+)\(/gm), ([, method = '']) => method)],
      ),
    ) as [string, string[]][],
)

const questions = Array.from(
  textOf('src/nodetest/questions.ts').matchAll(/^ {2}(\w+)\(.*\): (\w+)$/gm),
  ([, name = '', subject = '']) => ({ name, subject }),
)

test('there are questions to compare the page with', () => {
  expect([questions.length > 15, subjects.size > 15]).toEqual([true, true])
})

test.each(questions)('the manual has the question $name with all that it can be asked', ({ name, subject }) => {
  const row = rowsBelow('Questions').find(([first]) => codesIn(first ?? '')[0]?.startsWith(`${name}(`))
  const written = codesIn(row?.[1]?.split(';')[0] ?? '')
  const inner = name === 'addr' ? ['isReachable'] : name === 'kernelModule' ? ['value'] : []
  expect(written).toEqual([...(subjects.get(subject) ?? []), ...inner])
})

test('the manual has just the matchers that there are, with what they ask', () => {
  const written = rowsBelow('Matchers').map(([name = '', asks = '']) => [codesIn(name)[0], codesIn(asks)])
  const real = Object.entries(matchers).map(([name, { asks }]) => [name, [asks].flat()])
  expect(written).toEqual(real.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))
})

test.each(commands.find(({ name }) => name === 'test')?.options ?? [])('the manual has the option %s', (flags) => {
  const [long = ''] = flags.match(/--[a-z-]+/) ?? []
  expect(
    rowsBelow('Running them')
      .flatMap(([first = '']) => codesIn(first))
      .join(),
  ).toContain(long)
})

const sets = ['webapp', 'baseline'].flatMap((set) =>
  Array.from(
    textOf(`src/nodetest/sets/${set}.ts`).matchAll(/^ {2}test\('([^']+)'/gm),
    ([, name]) => `${set} > ${name}`,
  ),
)

test.each(sets)('the manual has the built-in test %s', (name) => {
  expect(rowsBelow('The built-in set webapp').flatMap(([first = '']) => codesIn(first))).toContain(name)
})

test.each(knownAttributes.filter(({ name }) => name.startsWith('test.')))('the set webapp has $name', ({ name }) => {
  expect(rowsBelow('The built-in set webapp').flatMap((row) => codesIn(row[1] ?? ''))).toContain(name)
})

test('the manual has just the events that there are', () => {
  const sources = textOf('src/ops/tests.ts') + textOf('src/nodetest/changes.ts')
  const real = Array.from(sources.matchAll(/readonly event: '([a-z-]+)'/g), ([, kind = '']) => kind)
  expect(
    rowsBelow('Events')
      .flatMap(([first = '']) => codesIn(first))
      .sort(),
  ).toEqual(real.sort())
})

test('the manual says what a baseline holds', () => {
  const words: Partial<Record<(typeof inventoryKinds)[number], string>> = {
    sockets: 'listening sockets',
    setuid: 'set-user-ID files',
    authorizedKeys: 'authorized keys',
  }
  for (const kind of inventoryKinds) expect(text.replaceAll('\n', ' ')).toContain(words[kind] ?? kind)
})

test('nothing is wrong with the waivers of the manual', () => {
  const { deployFile } = parseDeployFile('[deploy]\napp=a\nrelease=1\n[node:web2]\n[node:staging]\n', 'deploy.ini', '/')
  const [block] = blocks('text')
  const { waivers, problems } = parseWaivers(block?.lines.join('\n') ?? '', 'waivers.ini', deployFile)
  expect([waivers.length, problems]).toEqual([2, []])
})

test('the tests of the manual load, and ask only what can be asked', async () => {
  const station = makeWorkstation('')
  station.write('deploy.ini', deployFile({ deploy: { app: 'shop', release: '1' }, 'node:demo': { embedded: 'yes' } }))
  const names = blocks('ts').map(({ lines }) => {
    const name = /^\/\/ (nodetests\/\S+\.nodetest\.ts)$/.exec(lines[0] ?? '')?.[1] ?? ''
    // Nobody waits here for an application that is not there.
    station.write(name, lines.join('\n').replaceAll(/within: '\d+s'/g, "within: '100ms'"))
    return name
  })
  expect(names).not.toEqual([])
  const { stdout } = await station.conc('test', 'demo', '--json')
  station.remove()
  const events = objectsOf(stdout)
  expect(events.filter(({ event }) => event === 'file-broken')).toEqual([])
  expect(events.filter(({ event }) => event === 'test-end').length).toBeGreaterThan(3)
  expect(events.filter(({ why }) => /TypeError|ReferenceError|is not a function/.test(String(why)))).toEqual([])
}, 120_000)

describe('the units of systemd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conc-units-'))
  const units = blocks('systemd').map(({ lines }) => ({
    name: /([\w-]+\.\w+)$/.exec(lines[0] ?? '')?.[1] ?? '',
    lines,
  }))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('are a timer and the service of its name', () => {
    expect(units.map(({ name }) => name)).toEqual(['conc-scan.service', 'conc-scan.timer'])
    expect(units[0]?.lines).toContainEqual(expect.stringMatching(/^ExecStart=\/\S+\/conc test .*--changes-only/))
    expect(units[0]?.lines).toContain('Type=oneshot')
  })

  test.runIf(existsSync('/usr/bin/systemd-analyze'))('are right for systemd', () => {
    for (const { name, lines } of units) {
      writeFileSync(join(folder, name), lines.join('\n').replace('/usr/local/bin/conc', '/usr/bin/env'))
    }
    const paths = units.map(({ name }) => join(folder, name))
    expect(execFileSync('systemd-analyze', ['verify', '--man=no', ...paths], { encoding: 'utf8', stdio: 'pipe' })).toBe(
      '',
    )
  })
})

test('the line for cron names a time, a user and a scan', () => {
  const [block] = blocks('cron') as [Block]
  expect(block.lines.at(-1)).toMatch(/^(\S+ ){5}\w+ cd \S+ && \/\S+\/conc test .*--changes-only$/)
})
