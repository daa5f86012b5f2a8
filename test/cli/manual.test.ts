import { existsSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { conc } from '../fixtures/conc.ts'
import type { Workstation } from '../fixtures/deploy.ts'
import { objectsOf, sample, stationWith, treeOf } from './sample.ts'

let station: Workstation
const path = (name: string) => join(station.folder, name)
const read = (name: string) => readFileSync(path(name), 'utf8')

beforeEach(() => {
  station = stationWith(sample)
})

afterEach(() => station.remove())

const second = `${sample}\n[node:web2]\ngroups  = web\nsshd.ip = 192.0.2.12\n`

test('without --out it is one document on stdout', async () => {
  const { exit, stdout, stderr } = await station.conc('manual')
  expect([exit, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^# Operations manual: shop\n/)
  expect(stdout).toMatch(/\n## Node `web1`\n[\s\S]*\n## The states\n/)
})

test('with --json each page is an object', async () => {
  const pages = objectsOf((await station.conc('manual', '--json')).stdout)
  expect(pages.map((page) => page.path)).toEqual(['nodes/web1.md', 'states.md', 'index.md'])
})

describe('--out', () => {
  test('makes a folder of pages, and says what became of them', async () => {
    const { exit, stdout, stderr } = await station.conc('manual', '--out', 'ops/manual')
    expect([exit, stdout]).toEqual([0, ''])
    expect(stderr).toBe('conc: ops/manual holds the manual: 3 pages written. It begins with index.md.\n')
    expect(treeOf(path('ops/manual'))).toEqual(['index.md', 'nodes', 'nodes/web1.md', 'states.md'])
  })

  test('writes the same bytes from wherever it is called, and touches no page that is so already', async () => {
    await station.conc('manual', '--out', 'a')
    const before = statSync(path('a/index.md'))
    const where = { home: station.home, cwd: station.home }
    const { stderr } = await conc(where, '-f', path('deploy.ini'), 'manual', '--out', path('a'))
    expect(stderr).toContain('holds the manual: 3 as they were.')
    expect(statSync(path('a/index.md')).ino).toBe(before.ino)
    for (const name of ['index.md', 'states.md', 'nodes/web1.md']) {
      expect(read(`a/${name}`)).not.toContain(station.home)
      expect(read(`a/${name}`)).not.toContain(station.folder)
    }
  })

  test('removes its own pages of nodes that are gone, and nothing else', async () => {
    station.write('deploy.ini', second)
    await station.conc('manual', '--out', 'a')
    station.write('a/nodes/notes.md', '# Mine\n')
    station.write('a/nodes/other.md', read('a/nodes/web2.md').replace('deploy.ini', 'other.ini'))
    station.write('a/notes.md', '# Mine\n')
    station.write('deploy.ini', sample)
    const { exit, stdout } = await station.conc('manual', '--out', 'a', '--json')
    expect(exit).toBe(0)
    expect(objectsOf(stdout)).toEqual([
      { path: 'nodes/web1.md', what: 'same' },
      { path: 'states.md', what: 'same' },
      { path: 'index.md', what: 'written' },
      { path: 'nodes/web2.md', what: 'removed' },
    ])
    expect(treeOf(path('a'))).toEqual([
      ...['index.md', 'nodes', 'nodes/notes.md', 'nodes/other.md', 'nodes/web1.md', 'notes.md', 'states.md'],
    ])
  })

  test('keeps nodes apart whose names differ by capitals alone, as some disks do not', async () => {
    station.write('deploy.ini', `${sample}\n[node:WEB1]\nsshd.ip = 192.0.2.12\n[node:Web1]\nsshd.ip = 192.0.2.13\n`)
    await station.conc('manual', '--out', 'a')
    expect(treeOf(path('a/nodes'))).toEqual(['WEB1~2.md', 'Web1~3.md', 'web1.md'])
    expect(read('a/nodes/Web1~3.md')).toContain('# Node `Web1`')
    expect(read('a/index.md')).toContain('[`WEB1`](nodes/WEB1~2.md)')
  })

  test('removes no page of its own that the disk lists by another name', async () => {
    await station.conc('manual', '--out', 'a')
    linkSync(path('a/nodes/web1.md'), path('a/nodes/WEB1.md'))
    expect((await station.conc('manual', '--out', 'a')).stderr).toContain('holds the manual: 3 as they were.')
    expect(treeOf(path('a/nodes'))).toEqual(['WEB1.md', 'web1.md'])
  })

  test('replaces what was changed in a page of its own', async () => {
    await station.conc('manual', '--out', 'a')
    const page = read('a/nodes/web1.md')
    writeFileSync(path('a/nodes/web1.md'), `${page}\nmine\n`)
    expect((await station.conc('manual', '--out', 'a')).stderr).toContain('1 page written, 2 as they were')
    expect(read('a/nodes/web1.md')).toBe(page)
  })

  test('with -q says nothing', async () => {
    const { exit, stdout, stderr } = await station.conc('manual', '--out', 'a', '-q')
    expect({ exit, stdout, stderr }).toEqual({ exit: 0, stdout: '', stderr: '' })
  })

  test('names the deploy file where it has another name', async () => {
    station.write('my shop.ini', sample)
    await station.conc('-f', 'my shop.ini', 'manual', '--out', 'a')
    expect(read('a/nodes/web1.md')).toContain("conc -f 'my shop.ini' run release web1\n")
    expect(read('a/index.md')).toContain('# Written by conc manual from "my shop.ini".')
  })
})

describe('it refuses, and writes nothing,', () => {
  const refused = async (message: string, ...args: readonly string[]) => {
    const before = treeOf(station.folder)
    const { exit, stdout, stderr } = await station.conc('manual', ...args)
    expect({ exit, stdout, stderr }).toEqual({ exit: 2, stdout: '', stderr: message })
    expect(treeOf(station.folder)).toEqual(before)
  }

  test('where a file is in the place of the folder', async () => {
    station.write('a', '')
    await refused('--out a: it is no folder. Name a folder.\n', '--out', 'a')
  })

  test('an empty name', () => refused('--out is empty. Name a folder.\n', '--out', ''))

  test.each(['index.md', 'states.md', 'nodes/web1.md'])('where %s is not its own', async (name) => {
    station.write(`a/${name}`, '# Mine\n')
    const why = 'it was not written by conc manual from this deploy file'
    await refused(`a/${name}: ${why}. Nothing was written: move it away, or name another folder.\n`, '--out', 'a')
    expect(read(`a/${name}`)).toBe('# Mine\n')
  })

  test('where a page is that of another deploy file', async () => {
    station.write('other.ini', sample)
    await station.conc('-f', 'other.ini', 'manual', '--out', 'a')
    const why = 'they were not written by conc manual from this deploy file'
    const names = 'a/nodes/web1.md, a/states.md, a/index.md'
    await refused(`${names}: ${why}. Nothing was written: move it away, or name another folder.\n`, '--out', 'a')
  })

  test.each([
    ['a folder', () => mkdirSync(path('a/index.md'), { recursive: true })],
    [
      'a link, though it leads to a page of its own',
      () => {
        station.write('mine.md', '---\n# Written by conc manual from "deploy.ini".\n')
        mkdirSync(path('a'))
        symlinkSync('../mine.md', path('a/index.md'))
      },
    ],
    [
      'a link that leads nowhere',
      () => {
        mkdirSync(path('a'))
        symlinkSync('nowhere', path('a/index.md'))
      },
    ],
  ])('where %s is in the place of a page', async (_title, make) => {
    make()
    const why = 'it was not written by conc manual from this deploy file'
    await refused(`a/index.md: ${why}. Nothing was written: move it away, or name another folder.\n`, '--out', 'a')
  })

  test('a wrong deploy file, with all that is wrong', async () => {
    station.write(
      'deploy.ini',
      `${sample}[job:b]\nopen = remote open-bundle\nx = remote nosuch\ny = remote run \${nosuch}\nclose = remote close-bundle\n`,
    )
    const message = 'deploy.ini:29: there is no op `nosuch`. Write jobs/nosuch.ts or name another.\n'
    await refused(`${message}deploy.ini:30: there is no attribute \`nosuch\`. Set it, or write $\${ for a plain \${.\n`)
    expect(existsSync(path('a'))).toBe(false)
  })

  test('words that it does not take', async () => {
    const { exit, stderr } = await station.conc('manual', 'web1')
    expect(exit).toBe(2)
    expect(stderr).toContain('too many arguments')
  })

  test.each(['/proc/nosuch', '/proc/nosuch/a'])('a place that no folder can be made in: %s', async (folder) => {
    const { exit, stderr } = await station.conc('manual', '--out', folder)
    expect(exit).toBe(2)
    expect(stderr).toMatch(
      /^--out \/proc\/nosuch[/a]*: it can't be written: .*\. Nothing was changed\. Name another folder\.\n$/,
    )
  })

  test('a folder whose name goes through a file', async () => {
    station.write('file', '')
    const { exit, stderr } = await station.conc('manual', '--out', 'file/a')
    expect(exit).toBe(2)
    expect(stderr).toMatch(/^--out file\/a: it can't be written: /)
  })
})
