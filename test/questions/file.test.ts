import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { file, parseFile } from '../../src/questions/file.ts'
import { Absent, Unknown } from '../../src/questions/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { answering, askUnder } from '../fixtures/asking.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-file-'))
writeFileSync(join(folder, "a 'name'"), 'hello\n', { mode: 0o640 })
writeFileSync(join(folder, '-dash'), '')
symlinkSync('to\nnowhere', join(folder, 'link'))
mkdirSync(join(folder, 'sticky'))
chmodSync(join(folder, 'sticky'), 0o1777)
execFileSync('mkfifo', [join(folder, 'pipe')])
symlinkSync("a 'name'", join(folder, 'through'))
mkdirSync(join(folder, 'listed'))
for (const name of ['a\nb', '.hidden', '..x', '-e']) writeFileSync(join(folder, 'listed', name), '')
symlinkSync('nowhere', join(folder, 'listed', 'dangling'))
writeFileSync(join(folder, 'big'), '')
truncateSync(join(folder, 'big'), 9 * 1024 * 1024)
mkdirSync(join(folder, 'shut'), { mode: 0o700 })
writeFileSync(join(folder, 'shut', 'in'), '')
symlinkSync('shut', join(folder, 'byway'))
symlinkSync('shut/in', join(folder, 'leadsIn'))
chmodSync(folder, 0o755)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('what stat prints', () => {
  // Recorded 2026-11-21 on Debian 12: coreutils 9.1 and busybox 1.35.0 alike. All have one size and time here.
  const after = '\nroot\n0\nroot\n0\n3\n1795274359\n'
  test.each([
    ['a file', `regular file\n644${after}`, { kind: 'regular file', mode: 0o644, size: 3 }],
    ['a file of /proc', `regular empty file\n444${after}`, { kind: 'regular empty file', mode: 0o444 }],
    ['a folder', `directory\n1777${after}`, { kind: 'directory', mode: 0o1777 }],
    ['a link', `symbolic link\n777${after}644\nfull\n`, { target: 'full', through: '644' }],
    ['a link to nowhere', `symbolic link\n777${after}No such file or directory\n/nowhere\n`, { target: '/nowhere' }],
    ['a pipe', `fifo\n644${after}`, { kind: 'fifo' }],
    ['a socket', `socket\n755${after}`, { kind: 'socket', mode: 0o755 }],
    ['a device', `character special file\n666${after}`, { kind: 'character special file' }],
  ])('of %s is read', (_what, text, expected) => {
    expect(parseFile(text)).toMatchObject(expected)
  })

  // What stat told, put into the order of conc's own format. Ubuntu 18.04, 2019-11-15, coreutils 8.28: jc 1.22.5 (2023-01-11),
  // tests/fixtures/ubuntu-18.04/stat.out. A container of Alpine, 2023-08-21, its busybox: UrmiaCTF/UCTF-2023, status-page-ctf/README.md.
  test.each([
    [
      '/bin/bash on Ubuntu 18.04',
      'regular file\n755\nroot\n0\nroot\n0\n1113504\n1559860095\n',
      { mode: 0o755, user: 'root', size: 1_113_504, modified: new Date('2019-06-06T22:28:15Z') },
    ],
    [
      '/bin/btrfsck on Ubuntu 18.04',
      'symbolic link\n777\nroot\n0\nroot\n0\n5\n1520895867\n755\nbtrfs\n',
      { target: 'btrfs', through: '755' },
    ],
    [
      '/etc/shadow on Alpine',
      'regular file\n640\nroot\n0\nnobody\n65534\n584\n1692648931\n',
      { mode: 0o640, group: 'nobody', gid: 65_534, modified: new Date('2023-08-21T20:15:31Z') },
    ],
    [
      '/usr/bin/git on Alpine, with the rights of its owner',
      'regular file\n4755\nroot\n0\nroot\n0\n2779104\n1682442766\n',
      { mode: 0o4755, size: 2_779_104, modified: new Date('2023-04-25T17:12:46Z') },
    ],
  ])('of %s is read', (_what, text, expected) => {
    expect(parseFile(text)).toMatchObject(expected)
  })

  test('is Unknown when it is something else', () => {
    expect(() => parseFile('stat: illegal option\n')).toThrow(Unknown)
  })

  test('of an owner without a name is no name', async () => {
    // Recorded likewise: of a file whose uid is 4242 and whose gid is 4243.
    const it = file(answering('regular empty file\n644\nUNKNOWN\n4242\nUNKNOWN\n4243\n0\n1795274359\n'), '/odd', 'web1')
    expect(await it.uid()).toBe(4242)
    await expect(it.user()).rejects.toThrow(Absent)
    await expect(it.group()).rejects.toThrow(Absent)
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

  test('it may be executed by its bits, or by those of what a link leads to', async () => {
    expect(await about("a 'name'").isExecutable()).toBe(false)
    expect(await about('sticky').isExecutable()).toBe(true)
    expect(await about('through').isExecutable()).toBe(false)
    expect(await about('link').isExecutable()).toBe(false)
    expect(await about('gone').isExecutable()).toBe(false)
  })

  test('an expression is looked for anew each time', async () => {
    const again = /hell/g
    expect(await about("a 'name'").contains(again)).toBe(true)
    expect(await about("a 'name'").contains(again)).toBe(true)
  })

  test('a folder lists its names, hidden, odd and dangling ones too', async () => {
    expect(await about('listed').list()).toEqual(['-e', '..x', '.hidden', 'a\nb', 'dangling'])
    expect(await about('sticky').list()).toEqual([])
  })

  test('a file has a checksum, of any size', async () => {
    const bytes = (text: string) => createHash('sha256').update(text).digest('hex')
    expect(await about("a 'name'").sha256sum()).toBe(bytes('hello\n'))
    expect(await about('big').sha256sum()).toBe(
      createHash('sha256')
        .update(Buffer.alloc(9 * 1024 * 1024))
        .digest('hex'),
    )
  })

  test('the content of a big file is not sent, and that of a pipe not waited for', async () => {
    await expect(about('big').content()).rejects.toThrow('it is over 8 MiB')
    await expect(about('pipe').content()).rejects.toThrow('it is no regular file')
    expect(await file(askUnder(shell), '/proc/version', 'web1').contains('Linux')).toBe(true)
  })

  test('what is not there is not there, and has no mode', async () => {
    expect(await about('gone').exists()).toBe(false)
    await expect(about('gone').mode()).rejects.toThrow(Absent)
  })
})

describe('who may not search a folder', () => {
  const nobody = {
    command: '/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups /usr/bin/dash',
    path: dash.path,
  }
  const about = (name: string) => file(askUnder(nobody), join(folder, name), 'web1')

  test.each(['shut/in', 'shut/in/deeper', 'shut/gone', 'byway/in'])('is not told whether %s is there', async (name) => {
    await expect(about(name).exists()).rejects.toThrow('permission denied; ask with node.sudo()')
    await expect(about(name).content()).rejects.toThrow(Unknown)
    await expect(about(name).list()).rejects.toThrow(Unknown)
  })

  test('is told of the folder itself, and of what is beside it', async () => {
    expect(await about('shut').isDirectory()).toBe(true)
    expect(await about('gone').exists()).toBe(false)
    expect(await about("a 'name'/below").exists()).toBe(false)
    await expect(about('leadsIn').isExecutable()).rejects.toThrow(Unknown)
    await expect(about('shut').list()).rejects.toThrow(Unknown)
  })
})

test('what may not be seen is unknown', async () => {
  const it = file(answering('', 11, 'permission denied\n'), '/root/x', 'web1')
  await expect(it.exists()).rejects.toThrow('file /root/x on web1: permission denied')
})
