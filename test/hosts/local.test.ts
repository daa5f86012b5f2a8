import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkPaths } from '../../src/hosts/delivery/paths.ts'
import { covers, type Stretch } from '../../src/hosts/delivery/stretch.ts'
import { localHost } from '../../src/hosts/local.ts'
import { type Entry, OpFailed } from '../../src/ops/types.ts'
import { BrokenError } from '../../src/words/errors.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conc-local-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Writes chunks that are said to be this text. */
function write(path: string, text: string, chunks: readonly string[] = [text], options = {}) {
  const sha256 = createHash('sha256').update(text).digest('hex')
  const source = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
  return localHost(folder).write(path, source, { size: text.length, sha256, ...options })
}

describe('a file of the workstation', () => {
  test('is whole under its name, and tells how far it is', async () => {
    const told: number[] = []
    await write('new/file', 'abc', ['ab', 'c'], { onProgress: (size: number) => told.push(size) })
    expect([readFileSync(join(folder, 'new/file'), 'utf8'), told]).toEqual(['abc', [2, 3]])
  })

  test.each([
    ['less', ['ab']],
    ['more', ['abc', 'd', 'e']],
    ['other bytes', ['abd']],
  ])('of which %s comes than was said is not seen, and the old one stays', async (_, chunks) => {
    writeFileSync(join(folder, 'file'), 'old')
    await expect(write('file', 'abc', chunks)).rejects.toThrow(new BrokenError(`${folder}/file did not arrive whole`))
    expect([readdirSync(folder), readFileSync(join(folder, 'file'), 'utf8')]).toEqual([['file'], 'old'])
  })

  test.each<[string, () => void, string, string]>([
    ['a folder has its name', () => mkdirSync(join(folder, 'x')), 'x', 'there is a folder of that name. Remove it'],
    [
      'its folder leads in circles',
      () => symlinkSync('l', join(folder, 'l')),
      'l/x',
      'in the place of one of its folders is something else',
    ],
  ])('that can not be written is refused by name, where %s', async (_, make, path, why) => {
    make()
    const refused = write(path, 'abc')
    await expect(refused).rejects.toThrow(OpFailed)
    await expect(refused).rejects.toThrow(`${path}: ${why}`)
  })
})

test('a program that is not there is told by its name', async () => {
  await expect(localHost(folder).run(['no-such-program'])).rejects.toThrow(/^no-such-program: /)
})

test('what is neither a file nor a folder is left out', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe')])
  expect(await localHost(folder).list('pipe')).toEqual([])
})

test.each<[string, readonly Entry[], string]>([
  ['..', [{ kind: 'folder', path: 'a/../..', mode: 0o755 }], 'a/../..: the name leads elsewhere.'],
  ['a name that comes twice', ['a', 'a'].map((path) => ({ kind: 'folder', path, mode: 0o755 })), 'a is listed twice.'],
  ['a link that leads out', [{ kind: 'link', path: 'a', target: '../b' }], 'a is a link to ../b, which leads out'],
])('%s is refused, whoever listed it', (_, entries, why) => {
  expect(() => checkPaths(entries)).toThrow(why)
})

test.each<[Stretch[], number, number, boolean]>([
  [[], 0, 1, false],
  [[[0, 4]], 0, 4, true],
  [[[0, 4]], 2, 5, false],
  [
    [
      [4, 8],
      [0, 4],
    ],
    1,
    8,
    true,
  ],
  [
    [
      [0, 2],
      [3, 8],
    ],
    0,
    8,
    false,
  ],
  [[[3, 8]], 0, 8, false],
])('of %j all from %i up to %i has come: %s', (have, from, to, all) => {
  expect(covers(have, from, to)).toBe(all)
})
