import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readBaseline, recordBaseline } from '../../src/operations/baselines.ts'
import { planJob } from '../../src/operations/deploy.ts'
import { writePages } from '../../src/operations/manualfolder.ts'
import { readWaivers } from '../../src/operations/waivers.ts'
import { obstacleTo, writeWhole } from '../../src/operations/wholefile.ts'
import { UsageError } from '../../src/words/errors.ts'
import { makeNodes, type Nodes } from './nodes.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conc-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (path: string) => join(folder, path)

test('a pipe gets what is written to it, and stays one', async () => {
  execFileSync('mkfifo', [at('pipe')])
  expect(await obstacleTo(at('pipe'))).toBeUndefined()
  const read = promisify(execFile)('cat', [at('pipe')])
  await writeWhole(at('pipe'), 'text\n')
  expect((await read).stdout).toBe('text\n')
  expect([statSync(at('pipe')).isFIFO(), readdirSync(folder)]).toEqual([true, ['pipe']])
})

describe('pages of a manual', () => {
  const start = '<!-- made -->'
  const page = (path: string, text = `${start}\n`) => ({ path, text: () => text })

  test('name at most three files that are in their way', async () => {
    const pages = ['a', 'b', 'c', 'd', 'e'].map((name) => page(`${name}.md`))
    for (const { path } of pages.slice(0, 4)) writeFileSync(at(path), 'mine')
    const some = ['a', 'b', 'c'].map((name) => at(`${name}.md`)).join(', ')
    await expect(writePages(folder, pages.slice(0, 3), start)).rejects.toThrow(`${some}: they were not written by`)
    await expect(writePages(folder, pages, start)).rejects.toThrow(`${some}, 1 more: they were not written by`)
    expect(existsSync(at('e.md'))).toBe(false)
  })

  test.each([
    ['before', ['in/b.md', 'a.md'], 'Nothing was changed. Name another folder.'],
    ['after', ['a.md', 'in/b.md'], '1 of its pages were changed before. Name another folder.'],
  ])('that can not be written say how many were: a file in the way %s one', async (_, paths, why) => {
    writeFileSync(at('in'), '')
    const refused = writePages(
      folder,
      paths.map((path) => page(path)),
      start,
    )
    await expect(refused).rejects.toThrow(why)
    await expect(refused).rejects.toThrow(UsageError)
  })

  test('whose text can not be made are refused in its own words', async () => {
    const text = () => {
      throw new UsageError('job release: no such op.')
    }
    await expect(writePages(folder, [{ path: 'b.md', text }], start)).rejects.toThrow(/^job release: no such op\.$/)
  })
})

describe('beside the tests of a deploy file', () => {
  let nodes: Nodes
  beforeEach(() => {
    nodes = makeNodes('one')
  })
  afterEach(() => nodes.remove())

  test('there are no waivers and no baseline where the folder is none', async () => {
    nodes.write({ a: 'local run true' })
    writeFileSync(at('file'), '')
    expect((await readWaivers(await nodes.deploy(), [at('file')])).get(at('file'))).toEqual([])
    expect(await readBaseline(at('file'), 'one')).toBeUndefined()
  })

  test('a baseline that can not be kept is refused before the node is asked', async () => {
    nodes.write({ a: 'local run true' })
    nodes.station.write('nodetests/baselines', 'a file')
    const refused = recordBaseline(await nodes.deploy(), 'one', nodes.place, false)
    await expect(refused).rejects.toThrow(/nodetests\/baselines\/one\.json: can't be written: .*\. Change its mode/)
    expect(existsSync(nodes.place.stateFolder)).toBe(false)
  })
})

describe('a script that a step names', () => {
  let nodes: Nodes
  beforeEach(() => {
    nodes = makeNodes('one')
    nodes.write({ a: 'remote script prepare.sh' })
  })
  afterEach(() => nodes.remove())
  const planned = async () => planJob(await nodes.deploy(), 'release', 'one')

  test('and that is not there is a problem of its line', async () => {
    await expect(planned()).rejects.toThrow(/^\S+deploy\.ini:10: there is no file `prepare\.sh`/m)
    nodes.station.write('prepare.sh', 'true\n')
    expect((await planned()).plan.steps).toMatchObject([{ action: { command: { script: 'true\n' } } }])
  })

  test('and that can not be read is refused by name', async () => {
    mkdirSync(join(nodes.station.folder, 'prepare.sh'))
    await expect(planned()).rejects.toThrow(
      "`prepare.sh` can't be read: it is a folder. Name a file that you may read.",
    )
  })
})
