import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { busyboxAlone, dash } from '../fixtures/agent.ts'
import { type Pair, putAt, startPair } from './pair.ts'

const mebi = 1024 * 1024

describe.each([dash, busyboxAlone])('what becomes of another kind between two deliveries to $name', (shell) => {
  let pair: Pair
  beforeEach(async () => {
    pair = await startPair(shell)
  })
  afterEach(() => pair.end())

  const deliver = async (replaces = true) =>
    pair.node.receive('payload', await pair.list('tree'), pair.here, { replaces })
  const there = (path: string) => pair.there(`payload/tree/${path}`)
  const anew = () => rmSync(pair.at('tree'), { recursive: true })

  type Make = (path: string) => void
  const file: Make = (path) => pair.put(path, 'file')
  const large: Make = (path) => pair.put(path, Buffer.alloc(mebi + 1, 'l'))
  const folder: Make = (path) => pair.put(`${path}/in/it`, 'in it')
  const link: Make = (path) => symlinkSync('other', pair.at(path))
  const linkToFolder: Make = (path) => {
    pair.put('tree/other/in/it', 'in it')
    symlinkSync('other', pair.at(path))
  }

  const linkToItself: Make = (path) => symlinkSync('x', pair.at(path))
  const shutFolder: Make = (path) => {
    folder(path)
    chmodSync(pair.at(`${path}/in`), 0o555)
  }

  test.each<[string, Make, string, Make]>([
    ['a file', file, 'a folder', folder],
    ['a large file', large, 'a folder', folder],
    ['a link', link, 'a folder', folder],
    ['a link to a folder', linkToFolder, 'a folder', folder],
    ['a folder', folder, 'a file', file],
    ['a folder', folder, 'a large file', large],
    ['a folder', folder, 'a link', link],
    ['a link', link, 'a file', file],
    ['a link', link, 'a large file', large],
    ['a file', file, 'a link', link],
    ['a link to a folder', linkToFolder, 'a file', file],
    ['a link to a folder', linkToFolder, 'a large file', large],
    ['a link to itself', linkToItself, 'a large file', large],
    ['a folder that may not be written to', shutFolder, 'a file', file],
  ])('%s that becomes %3$s is that, and nothing of what it was', async (_before, before, _after, after) => {
    pair.put('tree/stays')
    before('tree/x')
    await deliver()
    anew()
    pair.put('tree/stays')
    after('tree/x')
    await deliver()
    const kindOf = (path: string) => {
      const facts = lstatSync(path)
      return [facts.isFile(), facts.isDirectory(), facts.isSymbolicLink(), facts.isDirectory() ? 0 : facts.size]
    }
    expect(kindOf(there('x'))).toEqual(kindOf(pair.at('tree/x')))
    expect(readdirSync(pair.there('payload'))).toEqual(['tree'])
    if (after === folder) expect(readFileSync(there('x/in/it'), 'utf8')).toBe('in it')
    expect(await deliver()).toMatchObject({ sent: 0 })
  })

  test('a file that is written alone takes the place of a link to a folder, and is refused that of a folder', async () => {
    mkdirSync(pair.there('folder'))
    symlinkSync('folder', pair.there('link'))
    const write = (path: string) => {
      const bytes = Buffer.from('new')
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      return pair.node.write(path, Readable.from([bytes]), { size: bytes.length, sha256 })
    }
    await write('link')
    await expect(write('folder')).rejects.toThrow('there is a folder of that name')
    expect(readFileSync(pair.there('link'), 'utf8')).toBe('new')
    expect(readdirSync(pair.there('folder'))).toEqual([])
  })

  test('is refused where nobody said that it may be replaced, by name, and nothing is sent', async () => {
    folder('tree/x')
    await deliver()
    anew()
    file('tree/x')
    pair.put('tree/new')
    await expect(deliver(false)).rejects.toThrow('payload/tree/x is a folder on the node, and something else here.')
    expect([readFileSync(there('x/in/it'), 'utf8'), existsSync(there('new'))]).toEqual(['in it', false])
  })

  test('a link that has a file’s bytes is no such file', async () => {
    pair.put('tree/a', 'same')
    pair.put('tree/b', 'same')
    await deliver()
    rmSync(there('b'))
    symlinkSync('a', there('b'))
    expect(await deliver()).toMatchObject({ sent: 1, kept: 1 })
    expect(lstatSync(there('b')).isFile()).toBe(true)
  })

  test('a folder that is new, and the mode of one that is not, come with files that are there already', async () => {
    pair.put('tree/a')
    await deliver()
    mkdirSync(pair.at('tree/hollow'), { mode: 0o700 })
    expect(await deliver()).toMatchObject({ sent: 0, kept: 1, bytes: 0 })
    expect(statSync(there('hollow')).isDirectory()).toBe(true)
    rmSync(pair.at('tree/hollow'), { recursive: true })
    mkdirSync(pair.at('tree/hollow'), { mode: 0o750 })
    await deliver()
    expect(statSync(there('hollow')).mode & 0o777).toBe(0o750)
  })

  test('the bytes that are told are those of the files', async () => {
    pair.put('tree/a', 'x'.repeat(10))
    pair.put('tree/b', 'x'.repeat(20))
    pair.put('tree/large', Buffer.alloc(mebi, 'l'))
    expect(await deliver()).toEqual({ sent: 3, kept: 0, copied: 0, bytes: 30 + mebi })
  })

  test('a file that only its owner may read comes with that mode', async () => {
    putAt(pair.at('tree/shut/in'), 'in', 0o400)
    expect(await deliver()).toMatchObject({ sent: 1 })
    expect(statSync(there('shut/in')).mode & 0o777).toBe(0o400)
  })
})
