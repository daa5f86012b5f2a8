import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readlinkSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Header, type HeaderData } from 'tar'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Home, makeHome } from './home.ts'
import { planned } from './plans.ts'
import { makeShells, type Shell, type, withoutTool, withTool } from './shells.ts'

const { shells, remove } = makeShells()
afterAll(remove)

let home: Home
beforeEach(() => {
  home = makeHome()
})
afterEach(() => home.remove())

const zstd = (bytes: Buffer) => execFileSync('zstd', ['-q', '-c'], { input: bytes })
const withZstd = (shell: Shell) => withTool(shell, 'zstd')

type Member = HeaderData & { readonly path: string }

/** The bytes of an archive with any members, right or wrong. */
function archiveOf(members: readonly Member[]): Buffer {
  const blocks = members.map((member) => {
    const text = member.type === undefined || member.type === 'File' ? 'text' : ''
    const head = Buffer.alloc(512)
    new Header({ type: 'File', mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), size: text.length, ...member }).encode(
      head,
    )
    return Buffer.concat([head, Buffer.alloc(text === '' ? 0 : 512, `${text}${'\0'.repeat(508)}`)])
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

const save = (name: string, bytes: Uint8Array) => writeFileSync(join(home.path, '.conc/shop/payload', name), bytes)
const linkThrough: Member = { path: 'hard', type: 'Link', linkpath: 'out/outside' }
const good: readonly Member[] = [
  { path: 'shop/', type: 'Directory', mode: 0o755 },
  { path: 'shop/bin/run', mode: 0o755 },
  { path: 'shop/bin/link', type: 'SymbolicLink', linkpath: '../lib/x' },
  { path: 'shop/sh', type: 'SymbolicLink', linkpath: '/bin/sh' },
]

describe.each(shells)('in $name', (shell) => {
  const into = 'remote untar x.tgz --into releases/1'

  test.each<[string, readonly Member[]]>([
    ['a name that climbs', [{ path: '../climbs' }]],
    ['a name that climbs from within', [{ path: 'a/../../climbs' }]],
    ['an absolute name', [{ path: '/tmp/conc-absolute' }]],
    ['a hard link to what is outside', [{ path: 'hard', type: 'Link', linkpath: '../../outside' }]],
    ['a hard link that climbs from within', [{ path: 'hard', type: 'Link', linkpath: 'a/../../../outside' }]],
    ['an absolute hard link', [{ path: 'hard', type: 'Link', linkpath: '/etc/passwd' }]],
    ['a device', [{ path: 'zero', type: 'CharacterDevice' }]],
    ['a block device', [{ path: 'disk', type: 'BlockDevice' }]],
    ['a pipe', [{ path: 'pipe', type: 'FIFO' }]],
    ['a set-uid file', [{ path: 'su', mode: 0o4755 }]],
    ['a set-uid file that nobody runs', [{ path: 'su', mode: 0o4644 }]],
    ['a set-gid file', [{ path: 'su', mode: 0o2755 }]],
  ])('refuses %s, wherever it would go, and leaves nothing', async (_, members) => {
    home.put('outside', 'mine')
    save('x.tgz', gzipSync(archiveOf([...good, ...members])))
    for (const line of [into, `${into} --strip 1`, 'remote untar x.tgz', 'remote untar x.tgz --into .']) {
      const { exit, stderr } = await home.does(shell, line)
      expect([exit, stderr === '']).toEqual([1, false])
      expect(readdirSync(home.path).sort()).toEqual(['.conc', 'outside'])
      expect(statSync(join(home.path, 'outside')).nlink).toBe(1)
    }
  })

  test.each<[string, readonly Member[]]>([
    ['a file', [{ path: 'out', type: 'SymbolicLink', linkpath: '../..' }, { path: 'out/climbs' }]],
    ['another file', [{ path: 'out', type: 'SymbolicLink', linkpath: '/tmp' }, { path: 'out/conc-absolute' }]],
    ['a hard link', [{ path: 'out', type: 'SymbolicLink', linkpath: '../..' }, linkThrough]],
  ])('refuses a link and %s through it, and leaves nothing', async (_, members) => {
    home.put('outside', 'mine')
    save('x.tgz', gzipSync(archiveOf([...good, ...members])))
    const { exit, stderr } = await home.does(shell, into)
    expect([exit === 0, stderr === '']).toEqual([false, false])
    expect(readdirSync(join(home.path, 'releases'))).toEqual([])
    expect(readdirSync(home.path).sort()).toEqual(['.conc', 'outside', 'releases'])
    expect(existsSync('/tmp/conc-absolute')).toBe(false)
    expect(statSync(join(home.path, 'outside')).nlink).toBe(1)
  })

  test('takes links that lead up or away, set-gid folders, and names that only look odd', async () => {
    const names = ['..x', 'a..', 'a b', 'so link to x', 'é', '-x', "it's"]
    const folder: Member = { path: 'shared/', type: 'Directory', mode: 0o2775 }
    save('x.tgz', gzipSync(archiveOf([...good, folder, ...names.map((path) => ({ path }))])))
    expect(await home.does(shell, into)).toEqual({ exit: 0, stdout: '', stderr: '' })
    expect(readdirSync(join(home.path, 'releases/1')).sort()).toEqual([...names, 'shared', 'shop'].sort())
    expect(readlinkSync(join(home.path, 'releases/1/shop/bin/link'))).toBe('../lib/x')
  })

  test.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['no archive', () => Buffer.from('no archive')],
    ['empty', () => Buffer.alloc(0)],
    ['damaged', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(8)])],
  ])('one that is %s leaves nothing under the name, and the next try is clean', async (_, damage) => {
    const whole = gzipSync(archiveOf(good.concat(Array.from({ length: 99 }, (_, n) => ({ path: `f${n * 7919}` })))))
    save('x.tgz', damage(whole))
    const { exit, stderr } = await home.does(shell, into)
    expect([exit === 0, stderr === '']).toEqual([false, false])
    expect(readdirSync(join(home.path, 'releases'))).toEqual([])
    home.put('releases/.1.new/left-by-a-cut')
    save('x.tgz', whole)
    expect(await home.does(shell, into)).toMatchObject({ exit: 0 })
    expect(readdirSync(join(home.path, 'releases'))).toEqual(['1'])
    expect(home.has('releases/1/left-by-a-cut')).toBe(false)
  })

  test('hard links within an archive are its own', async () => {
    const links = ['a', 'b'].map((path): Member => ({ path, type: 'Link', linkpath: 'shop/bin/run' }))
    save('x.tgz', gzipSync(archiveOf([...good, ...links])))
    expect(await home.does(shell, into)).toEqual({ exit: 0, stdout: '', stderr: '' })
    expect(statSync(join(home.path, 'releases/1/shop/bin/run')).nlink).toBe(3)
  })

  test('unpacks over a folder that is there, and its time is that of the delivery', async () => {
    home.put('releases/1/mine')
    utimesSync(join(home.path, 'releases/1'), 1, 1)
    save('x.tgz', gzipSync(archiveOf([{ path: './', type: 'Directory', mode: 0o755 }, ...good])))
    const before = Date.now() - 1000
    for (const line of [`${into}`, 'remote untar x.tgz --into releases/2/']) {
      expect(await home.does(shell, line)).toMatchObject({ exit: 0, stderr: '' })
    }
    expect(readdirSync(join(home.path, 'releases/1')).sort()).toEqual(['mine', 'shop'])
    for (const name of ['1', '2']) {
      expect(statSync(join(home.path, 'releases', name)).mtimeMs).toBeGreaterThan(before)
    }
  })

  test('says what is missing where there is no tar', async () => {
    save('x.tgz', gzipSync(archiveOf(good)))
    const { command } = await planned(into)
    const { exit, stderr } = type(withoutTool(shell, 'tar'), home.path, command)
    expect(exit).not.toBe(0)
    expect(stderr).toMatch(/tar: not found/)
    expect(readdirSync(join(home.path, 'releases'))).toEqual([])
  })

  describe('zstd', () => {
    const pack = (name: string) => save(name, zstd(archiveOf(good)))
    const line = 'remote untar x*.tzst --into releases/1 --strip 1'

    test('is unpacked where the program is', async () => {
      for (const name of ['x.tzst', 'y.tar.zst']) pack(name)
      expect(await home.does(withZstd(shell), line)).toMatchObject({ exit: 0, stderr: '' })
      expect(await home.does(withZstd(shell), 'remote untar y.tar.zst')).toMatchObject({ exit: 0, stderr: '' })
      expect([home.has('releases/1/bin/run'), home.has('shop/bin/run')]).toEqual([true, true])
    })

    test.each<[string, () => void, RegExp]>([
      ['two match', () => ['x1.tzst', 'x2.tzst'].map(pack), /^several files match: \S+x1\.tzst \S+x2\.tzst$/m],
      ['none matches', () => {}, /x\*\.tzst/],
      ['it is cut short', () => save('x.tzst', zstd(archiveOf(good)).subarray(0, -3)), /x\.tzst|stdin/],
      ['it holds what climbs', () => save('x.tzst', zstd(archiveOf([{ path: '../climbs' }]))), /removing leading/i],
    ])('is refused when %s', async (_, prepare, told) => {
      prepare()
      const { exit, stderr } = await home.does(withZstd(shell), line)
      expect(exit).not.toBe(0)
      expect(stderr).toMatch(told)
      expect(readdirSync(home.path)).toEqual(['.conc'])
    })

    test('is refused where the program is not', async () => {
      pack('x.tzst')
      const { exit, stderr } = type(withoutTool(shell, 'zstd'), home.path, (await planned(line)).command)
      expect([exit, stderr.includes('zstd: not found')]).toEqual([127, true])
      expect(readdirSync(home.path)).toEqual(['.conc'])
    })
  })
})
