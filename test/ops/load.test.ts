import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OpFailed } from '../../src/index.ts'
import { listOps } from '../../src/ops/find.ts'
import { loadOps } from '../../src/ops/load.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const builtIns = readdirSync(new URL('../../jobs', import.meta.url))
  .map((file) => basename(file, '.ts'))
  .sort()

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conc-ops-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string): void {
  mkdirSync(join(folder, 'jobs'), { recursive: true })
  writeFileSync(join(folder, 'jobs', name), text)
}

const good = `import { defineOp } from 'conc-deploy'
interface Unused { a: number }
export default defineOp({ summary: 'good', command: () => ({ argv: ['true'] }) })
`

describe('built-in ops', () => {
  test('each is found, has a summary, and is loaded only when it is named', async () => {
    const { ops, problems } = await loadOps(builtIns, folder)
    expect([...ops.keys()]).toEqual(builtIns)
    for (const op of ops.values()) expect(op.summary).toMatch(/\.$/)
    expect(problems.size).toBe(0)
    expect([...(await loadOps(['run', 'run'], folder)).ops.keys()]).toEqual(['run'])
  })

  test('in the repository of conc its own jobs folder holds the built-in ops', async () => {
    const { ops, problems } = await loadOps(['run'], repository)
    expect([[...ops.keys()], problems.size]).toEqual([['run'], 0])
    symlinkSync(join(repository, 'jobs'), join(folder, 'jobs'))
    expect((await loadOps(['run'], folder)).problems.size).toBe(0)
  })

  test('a package that is built in dist takes the jobs it was built from for its own', async () => {
    write('run.ts', good)
    const dist = join(folder, 'dist', 'jobs')
    mkdirSync(dist, { recursive: true })
    writeFileSync(join(dist, 'run.mjs'), "export default { summary: 'built.', command: () => ({ argv: [] }) }")
    const { ops, problems } = await loadOps(['run'], folder, { builtIn: dist })
    expect([ops.get('run')?.summary, problems.size]).toEqual(['built.', 0])
  })
})

describe('ops of the user', () => {
  test('a TypeScript op is loaded with conc-deploy at hand, although it is not installed', async () => {
    write('own.ts', good)
    expect((await loadOps(['own'], folder)).ops.get('own')?.summary).toBe('good')
  })

  test.each(['own.js', 'own.mjs'])('%s is one too', async (name) => {
    write(name, good.replace(/interface.*\n/, ''))
    expect((await loadOps(['own'], folder)).ops.has('own')).toBe(true)
  })

  test("an op's OpFailed is conc's own class", async () => {
    write(
      'own.ts',
      "import { OpFailed } from 'conc-deploy'\nexport default { summary: 'x', run: OpFailed, byHand: () => '' }",
    )
    expect((await loadOps(['own'], folder)).ops.get('own')).toMatchObject({ run: OpFailed })
  })

  test("an op may use the application's own code", async () => {
    write(
      'own.ts',
      "import { words } from '../words'\nexport default { summary: words, command: () => ({ argv: ['x'] }) }",
    )
    writeFileSync(join(folder, 'words.ts'), "export const words: string = 'from the application'")
    expect((await loadOps(['own'], folder)).ops.get('own')?.summary).toBe('from the application')
  })

  test.each([
    [
      'syntax',
      "import { defineOp } from 'conc-deploy'\n\nexport default defineOp({,,})",
      /^jobs\/own\.ts:3: Unexpected token/,
    ],
    [
      'a throwing module',
      'interface A {\n  a: 1\n}\nthrow new Error("no such luck")',
      /^jobs\/own\.ts:4: no such luck\./,
    ],
    ['a missing import', "import './nowhere.ts'", /^jobs\/own\.ts:1: Cannot find module '\.\/nowhere\.ts'\./],
    ['a thrown text', "throw 'luck'", /^jobs\/own\.ts: luck\./],
    [
      'no default export',
      'export const a = 1',
      /^jobs\/own\.ts: its default export is no op\. Write `export default defineOp/,
    ],
    ['an op without a command', "export default { summary: 'x' }", /^jobs\/own\.ts:1: its default export is no op/],
    [
      'a flag of a type that is none',
      "\nexport default { summary: 'x', command() {}, flags: { wait: { value: 'N', type: 'cuont', summary: 'x' } } }",
      /^jobs\/own\.ts:2: wait: its type is none of count, number, time, port, mode and \{ oneOf \}\.$/,
    ],
    [
      'a parameter without a name',
      "export default { summary: 'x', command() {}, parameters: [{ summary: 'x' }] }",
      /^jobs\/own\.ts:1: parameters is a list, each with a name and a summary\.$/,
    ],
    [
      'a side that is none',
      "export default { summary: 'x', command() {}, sides: ['there'] }",
      /sides is a list of 'local' and 'remote'\.$/,
    ],
    ['a code op without byHand', "export default { summary: 'x', run() {} }", /its default export is no op/],
    ['an empty file', '', /its default export is no op/],
  ])('%s is one sentence with its place', async (_, text, message) => {
    write('own.ts', text)
    const { ops, problems } = await loadOps(['own'], folder)
    expect(ops.size).toBe(0)
    expect(problems.get('own')).toMatch(message)
    expect(problems.get('own')).not.toMatch(/\n|node_modules/)
  })

  test.each([
    ['of syntax', 'export const a = 1\nexport const b =\n', /^jobs\/own\.ts: app\/shop\.ts:\d: Unexpected token\./],
    [
      'that is thrown',
      "export const b = 1\nthrow new Error('no database')",
      /^jobs\/own\.ts: app\/shop\.ts:2: no database\./,
    ],
  ])("an error of the application's own code, %s, is told with its own place", async (_, text, message) => {
    mkdirSync(join(folder, 'app'), { recursive: true })
    writeFileSync(join(folder, 'app', 'shop.ts'), text)
    write('own.ts', "import { b } from '../app/shop.ts'\nexport default { summary: 'x', command: () => b }")
    expect((await loadOps(['own'], folder)).problems.get('own')).toMatch(message)
  })

  test('an op that is built in keeps its one meaning', async () => {
    write('run.ts', good)
    const { ops, problems } = await loadOps(['run'], folder)
    expect(ops.size).toBe(0)
    expect(problems.get('run')).toBe('jobs/run.ts: an op of this name is built in. Rename the file.')
  })

  test('two files for one op are one too many', async () => {
    write('own.ts', good)
    write('own.js', good)
    expect((await loadOps(['own'], folder)).problems.get('own')).toBe(
      'jobs/own.js and jobs/own.ts are both the same op. Keep one.',
    )
  })

  test('a broken op that no job names does no harm', async () => {
    write('broken.ts', 'throw 1')
    const { ops, problems } = await loadOps(['run'], folder)
    expect([ops.size, problems.size]).toEqual([1, 0])
  })

  test.each(['../outside', 'UPPER', 'own.test', '__proto__', '', '/etc/passwd'])(
    'nothing is loaded for %j',
    async (name) => {
      write('own.test.ts', good)
      write('UPPER.ts', good)
      writeFileSync(join(folder, 'outside.ts'), good)
      const { ops, problems } = await loadOps([name], folder)
      expect([ops.size, problems.size]).toEqual([0, 0])
    },
  )
})

test('all names are listed, the user and conc together', async () => {
  expect(await listOps(folder)).toEqual(builtIns)
  for (const name of ['own.ts', 'own.d.ts', 'own.test.ts', 'README.md', 'Not.ts']) write(name, '')
  expect(await listOps(folder)).toEqual([...builtIns, 'own'].sort())
})
