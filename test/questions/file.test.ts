import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { file, parseFile } from '../../src/questions/file.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-file-'))
writeFileSync(join(folder, "a 'name'"), 'hello\n', { mode: 0o640 })
writeFileSync(join(folder, '-dash'), '')
symlinkSync('to\nnowhere', join(folder, 'link'))
mkdirSync(join(folder, 'sticky'))
chmodSync(join(folder, 'sticky'), 0o1777)
execFileSync('mkfifo', [join(folder, 'pipe')])

describe('what stat prints', () => {
  // Recorded 2026-11-21: Debian 12 (coreutils 9.1); busybox 1.35.0.
  test.each([
    ['Debian 12', 'regular file\n644\nroot\n0\nroot\n0\n286\n1700000000\n', { kind: 'regular file', mode: 0o644 }],
    ['busybox', 'directory\n1777\nroot\n0\nroot\n0\n4096\n1700000000\n', { kind: 'directory', mode: 0o1777 }],
    ['a link', 'symbolic link\n777\nroot\n0\nroot\n0\n7\n1700000000\nusr/bin\n', { target: 'usr/bin' }],
  ])('of %s is read', (_where, text, expected) => {
    expect(parseFile(text)).toMatchObject(expected)
  })

  test('is Unknown when it is something else', () => {
    expect(() => parseFile('stat: illegal option\n')).toThrow(Unknown)
  })
})

describe.each(shells)('under $name', (shell) => {
  const about = (name: string) => file(askUnder(shell), join(folder, name), 'web1')

  test('a file tells what it is', async () => {
    const it = about("a 'name'")
    expect(await it.isFile()).toBe(true)
    expect(await it.mode()).toBe(0o640)
    expect(await it.user()).toBe('root')
    expect(await it.content()).toBe('hello\n')
    expect(await it.size()).toBe(6)
  })

  test.each([
    ['-dash', 'isFile'],
    ['sticky', 'isDirectory'],
    ['pipe', 'isPipe'],
    ['link', 'isSymlink'],
  ] as const)('%s %s', async (name, is) => {
    expect(await about(name)[is]()).toBe(true)
  })

  test('a link tells where it leads, though that is nowhere', async () => {
    expect(await about('link').linkedTo()).toBe('to\nnowhere')
  })

  test('what is not there is not there, and has no mode', async () => {
    expect(await about('gone').exists()).toBe(false)
    await expect(about('gone').mode()).rejects.toThrow(Absent)
  })
})

test('what may not be seen is unknown', async () => {
  const it = file(answering('', 11, 'permission denied\n'), '/root/x', 'web1')
  await expect(it.exists()).rejects.toThrow('file /root/x on web1: permission denied')
})
