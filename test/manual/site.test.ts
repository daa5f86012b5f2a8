import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partsOfManual } from './contents.ts'
import { textOf } from './pages.ts'
import { buildSite } from './typedoc/build.ts'

const site = mkdtempSync(join(tmpdir(), 'conc-site-'))

// Throws with all that TypeDoc warns of.
beforeAll(() => buildSite(site), 180_000)

afterAll(() => rmSync(site, { recursive: true }))

test('every link of every page leads to a file, and to a place in it', () => {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'))
  expect(pages.length).toBeGreaterThan(100)
  expect(pages.flatMap((page) => brokenIn(join(site, page)))).toEqual([])
})

test('no page asks the network for a script, a style or a picture', () => {
  for (const page of ['index.html', 'documents/Running.html', 'modules/conc-deploy.html'])
    expect(readFileSync(join(site, page), 'utf8')).not.toMatch(/<(script|link|img)[^>]*(src|href)="(https?:)?\/\//)
})

test('the pages are called as their headings say, and stand in the parts of the contents', () => {
  const parts = partsOfManual()
  const shown = navigation().slice(0, parts.length)
  expect(shown.map(({ text }) => text)).toEqual(parts.map(({ heading }) => heading))
  const headings = parts.flatMap(({ paths }) => paths.map((path) => /^# (.*)$/m.exec(textOf(path))?.[1]))
  expect(shown.flatMap(({ children = [] }) => children.map(({ text }) => text))).toEqual(headings)
})

test.each([
  ['epoch', 'Architecture'],
  ['waiver', 'Node tests'],
  ['busybox', 'Known quirks'],
  ['defineop', 'conc-deploy.defineOp'],
])('the search finds the word %s on the page %s', (word, name) => {
  const { rows, index } = searchData()
  const [, found] = index.invertedIndex.find(([term]) => term === word) ?? []
  const documents = Object.values(found ?? {}).flatMap((field) => Object.keys(field))
  const names = rows.map((row) => [row.parent, row.name].filter(Boolean).join('.'))
  expect(documents.map((id) => names[Number(id)])).toContain(name)
})

interface Found {
  readonly rows: readonly { readonly name: string; readonly parent?: string }[]
  /** Lunr's. */
  readonly index: { readonly invertedIndex: readonly (readonly [string, Record<string, Record<string, unknown>>])[] }
}

function searchData(): Found {
  return packedIn('search.js')
}

interface Entry {
  readonly text: string
  readonly children?: readonly Entry[]
}

function navigation(): readonly Entry[] {
  return packedIn('navigation.js')
}

/** What a script of the site holds, packed so that `file:` may load it. */
function packedIn<T>(script: string): T {
  const [, packed = ''] = /"(.*)"/.exec(readFileSync(join(site, 'assets', script), 'utf8')) ?? []
  return JSON.parse(inflateSync(Buffer.from(packed, 'base64')).toString())
}

function brokenIn(page: string): string[] {
  const text = readFileSync(page, 'utf8')
  const targets = Array.from(text.matchAll(/ (?:href|src)="([^"]*)"/g), ([, target = '']) => target)
  return [...new Set(targets)].filter((target) => !leads(page, target)).map((target) => `${page}: ${target}`)
}

function leads(page: string, target: string): boolean {
  if (/^[a-z]+:/.test(target)) return true
  const [file = '', anchor = ''] = target.split('#')
  const path = file === '' ? page : join(dirname(page), decodeURIComponent(file))
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false
  return anchor === '' || idsIn(path).has(decodeURIComponent(anchor))
}

const known = new Map<string, ReadonlySet<string>>()

function idsIn(path: string): ReadonlySet<string> {
  const ids =
    known.get(path) ?? new Set(Array.from(readFileSync(path, 'utf8').matchAll(/ id="([^"]*)"/g), ([, id = '']) => id))
  known.set(path, ids)
  return ids
}
