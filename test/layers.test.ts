import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import { describe, expect, test } from 'vitest'

/** The folders of src, each of which may import those before it. */
const layers = [
  'words',
  'deployfile',
  'secrets',
  'ops',
  'plan',
  'questions',
  'journal',
  'transport',
  'agent',
  'bundle',
  'hosts',
  'nodetest',
  'embedded',
  'connect',
  'run',
  'operations',
  'report',
  'cli',
]

/** What a user's op imports as `conc-deploy` is this very library, so the loader hands it on. */
const exceptions = ['src/ops/load.ts -> src/index.ts']

interface Import {
  readonly from: string
  /** A path in the repository, or a package. */
  readonly to: string
}

const root = fileURLToPath(new URL('..', import.meta.url))
const files = globSync(['src/**/*.ts', 'jobs/*.ts'], { cwd: root }).sort()
const imports = files.flatMap(importsOf)
const inner = imports.filter(({ to }) => to.startsWith('src/') || to.startsWith('jobs/'))

/** Every import of a file, of types too, and those that are made when they are needed. */
function importsOf(from: string): Import[] {
  const text = readFileSync(`${root}/${from}`, 'utf8')
  const found = text.matchAll(/(?:^|[\s}])(?:from|import)\s*\(?\s*(['"])([^'"]+)\1/gm)
  return [...found].map(([, , name = '']) => ({
    from,
    to: name.startsWith('.') ? normalize(`${dirname(from)}/${name}`) : name,
  }))
}

function shown({ from, to }: Import): string {
  return `${from} -> ${to}`
}

/** 0 for the lowest layer; the files of src itself stand above them all. */
function heightOf(path: string): number {
  const [, folder = ''] = path.split('/')
  return folder.endsWith('.ts') ? layers.length : layers.indexOf(folder)
}

describe('the layers', () => {
  test('are the folders of src', () => {
    const folders = files.filter((file) => /^src\/.*\//.test(file)).map((file) => file.split('/')[1] ?? '')
    expect([...new Set(folders)].sort()).toEqual([...layers].sort())
  })

  test('import downwards only', () => {
    const upwards = inner.filter(({ from, to }) => from.startsWith('src/') && !(heightOf(to) <= heightOf(from)))
    expect(upwards.map(shown)).toEqual(exceptions)
  })

  test('of which the jobs know nothing but the library', () => {
    const others = imports.filter(({ from, to }) => from.startsWith('jobs/') && to !== 'conc-deploy' && !isBuiltIn(to))
    expect(others.map(shown)).toEqual([])
  })

  test('name files that are there', () => {
    expect(inner.filter(({ to }) => !files.includes(to)).map(shown)).toEqual([])
    expect(inner.length).toBeGreaterThan(files.length)
  })

  test('have no circles among their files', () => {
    const next = new Map(files.map((file) => [file, inner.filter(({ from }) => from === file)]))
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      if (done.has(file) || path.includes(file)) return
      for (const each of next.get(file) ?? []) if (!exceptions.includes(shown(each))) visit(each.to, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(circles).toEqual([])
  })
})

/** It puts back what vitest sets in this process. */
const undoing = 'src/nodetest/process.ts'

describe('the terminal', () => {
  test.each([
    ['argv, the exit and signals', /\bprocess\.(argv|exit|exitCode|on|once)\b/],
    ['the streams', /\bprocess\.(stdin|stdout|stderr)\b|\bconsole\.|\bprompts'/],
  ])('and with it %s are for the command line alone', (_title, pattern) => {
    const others = files.filter((file) => !file.startsWith('src/cli/') && file !== undoing)
    expect(others.filter((file) => pattern.test(readFileSync(`${root}/${file}`, 'utf8')))).toEqual([])
  })
})

test('vitest is loaded when tests run, by one file; what its workers load are the others', () => {
  const values = imports.filter(({ from, to }) => /^vitest\b/.test(to) && importsValues(from, to))
  expect([...new Set(values.map(shown))].sort()).toEqual([
    'src/nodetest/expect.ts -> vitest',
    'src/nodetest/setup.ts -> vitest',
    'src/nodetest/vitest.ts -> vitest/node',
    'src/test.ts -> vitest',
  ])
  const starting = reachedFrom('src/nodetest/run.ts')
  const loaded = values.filter(({ from }) => starting.has(from)).map(shown)
  expect([...new Set(loaded)]).toEqual(['src/nodetest/vitest.ts -> vitest/node'])
})

/** Whether a file imports more of a package than types. */
function importsValues(from: string, to: string): boolean {
  const text = readFileSync(`${root}/${from}`, 'utf8')
  if (text.includes(`await import('${to}')`)) return true
  const found = text.matchAll(new RegExp(`^import (?!type)([^']*) from '${to}'$`, 'gm'))
  return [...found].some(([, names = '']) => /(^|[{,] *)(?!type )\w/.test(names.replace(/type \w+( as \w+)?,? */g, '')))
}

function reachedFrom(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const { from, to } of inner) if (from === file) reachedFrom(to, seen)
  return seen
}

function isBuiltIn(name: string): boolean {
  return name.startsWith('node:') && builtinModules.includes(name.slice('node:'.length))
}
