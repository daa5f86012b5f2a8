import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { localHost } from '../../src/hosts/local.ts'
import { OpFailed } from '../../src/ops/types.ts'
import { isRoot } from '../fixtures/sshd.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conc-tree-'))
  mkdirSync(join(folder, 'tree/sub'), { recursive: true })
  writeFileSync(join(folder, 'tree/sub/a'), 'a')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A name that is no UTF-8, in a folder. */
const odd = (path: string) => Buffer.concat([Buffer.from(`${folder}/${path}`), Buffer.from([0x6c, 0xff])])

describe('a name that is no UTF-8 is refused by name, and told what to do:', () => {
  const rows: readonly [string, () => void, string][] = [
    ['a file', () => writeFileSync(odd('tree/sub/'), ''), 'tree/sub/l\\xff: its name is no UTF-8. Rename it.'],
    ['a folder', () => mkdirSync(odd('tree/')), 'tree/l\\xff: its name is no UTF-8. Rename it.'],
    [
      'the target of a link',
      () => symlinkSync(Buffer.from([0xff]), join(folder, 'tree/l')),
      'tree/l: it is a link to \\xff, which is no UTF-8. Rename that.',
    ],
  ]
  test.each(rows)('%s', async (_, make, told) => {
    make()
    await expect(localHost(folder).list('tree')).rejects.toThrow(new OpFailed(told))
  })

  test('what a pattern finds', async () => {
    writeFileSync(odd('tree/sub/'), '')
    const told = 'tree/sub/l\ufffd: its name is no UTF-8. Rename it.'
    await expect(localHost(folder).glob('tree/*/*')).rejects.toThrow(new OpFailed(told))
  })

  test('where a pattern leads', async () => {
    mkdirSync(odd('tree/'))
    await expect(localHost(folder).glob('tree/**/*')).rejects.toThrow('its name is no UTF-8. Rename it.')
  })
})

/** Run as a user who may not read everything. */
describe.runIf(isRoot)('what may not be read is refused by name, and told what to do:', () => {
  const uid = 65_534
  const nobody = async <T>(act: () => Promise<T>): Promise<T> => {
    process.seteuid?.(uid)
    try {
      return await act()
    } finally {
      process.seteuid?.(0)
    }
  }
  const rows: readonly [string, string, string][] = [
    ['a file', 'tree/sub/a', 'tree/sub/a'],
    ['a folder', 'tree/sub', 'tree/sub'],
    ['the tree itself', 'tree', 'tree'],
  ]
  test.each(rows)('%s', async (_, shut, named) => {
    chmodSync(folder, 0o755)
    chmodSync(join(folder, shut), 0)
    const why = new OpFailed(`${named}: you may not read it. Change its mode or its owner, or leave it out.`)
    await expect(nobody(() => localHost(folder).list('tree'))).rejects.toThrow(why)
  })

  test('where a pattern leads', async () => {
    chmodSync(folder, 0o755)
    chmodSync(join(folder, 'tree/sub'), 0)
    await expect(nobody(() => localHost(folder).glob('tree/**/*'))).rejects.toThrow('you may not read it.')
  })
})

test('what is not there is an empty list, for a name and for a pattern', async () => {
  const host = localHost(folder)
  expect(await host.list('none')).toEqual([])
  expect(await host.list('tree/sub/a/none')).toEqual([])
  expect(await host.glob('none/*')).toEqual([])
  expect(await host.glob('tree/sub/*')).toEqual(['tree/sub/a'])
})
