import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { localHost } from '../../src/hosts/local.ts'
import type { Entry, Host, Progress } from '../../src/ops/types.ts'
import { dash, shells } from '../fixtures/agent.ts'
import { isRoot } from '../fixtures/sshd.ts'
import { type Disk, mountDisk } from '../run/disk.ts'
import { type Pair, putAt, startPair } from './pair.ts'

const mebi = 1024 * 1024
/** Names that a shell, find, stat and sha256sum each might trip over. */
const odd = ['a b', "it's", '-rf', 'new\nline', 'back\\slash', 'ünï', '*', '\x1b[2J', '\nx', 'l'.repeat(200)]

let pair: Pair
afterEach(() => pair.end())

const fetch = async (options = {}, into = 'got') =>
  pair.here.receive(into, await pair.node.list('tree'), pair.node, options)
const put = (path: string, bytes?: string | Buffer, mode?: number) => putAt(pair.there(`tree/${path}`), bytes, mode)
const got = (path: string) => pair.at(`got/tree/${path}`)
const left = (path = 'got') => (existsSync(pair.at(path)) ? readdirSync(pair.at(path)).sort() : [])

describe.each(shells)('a tree of a node with $name', (shell) => {
  beforeEach(async () => {
    pair = await startPair(shell)
  })

  test('comes with modes, links and odd names, and is told as it comes', async () => {
    for (const name of odd) put(`d/${name}`, `${name}!`, 0o640)
    put('empty', '')
    put('bin/run', '#!/bin/sh\n', 0o755)
    put('large', Buffer.alloc(2 * mebi + 7, 'l'), 0o600)
    mkdirSync(pair.there('tree/hollow'), { mode: 0o700 })
    symlinkSync('bin/run', pair.there('tree/start'))
    symlinkSync('../large', pair.there('tree/bin/up'))
    symlinkSync('no\nsuch', pair.there('tree/far'))
    const told: Progress[] = []
    const seen: boolean[] = []
    const onProgress = (progress: Progress) => {
      told.push(progress)
      seen.push(existsSync(got('.')))
    }
    const count = odd.length + 3
    expect(await fetch({ onProgress })).toMatchObject({ sent: count, kept: 0 })
    for (const name of odd) expect(readFileSync(got(`d/${name}`), 'utf8')).toBe(`${name}!`)
    expect(statSync(got('large')).size).toBe(2 * mebi + 7)
    const modes = ['bin/run', 'd/a b', 'hollow', 'large'].map((path) => (statSync(got(path)).mode & 0o777).toString(8))
    expect(modes).toEqual(['755', '640', '700', '600'])
    expect(['start', 'bin/up', 'far'].map((path) => readlinkSync(got(path)))).toEqual([
      'bin/run',
      '../large',
      'no\nsuch',
    ])
    expect(seen).not.toContain(true)
    expect(told.at(-1)).toMatchObject({ files: count, allFiles: count, done: told.at(-1)?.total })
    expect(left()).toEqual(['tree'])
  })

  test('has what a killed fetch has left removed, and nothing that somebody may use', async () => {
    put('a')
    const gone = spawnSync('true').pid
    const of = (host: string, pid: number) => `.part-${host}-${pid}-abc123`
    const living = [
      of(hostname(), process.pid),
      of(hostname(), 1),
      of('elsewhere', gone),
      '.part-abc123',
      'x.part-mine',
    ]
    for (const name of [of(hostname(), gone), ...living]) putAt(pair.at(`got/${name}/tree/x`))
    putAt(pair.at(`got/${of(hostname(), gone).replace('abc', 'abd')}`))
    await fetch()
    expect(left()).toEqual([...living, 'tree'].sort())
  })

  test('has removed what nobody has touched for a week, where it is of another machine or tells no process', async () => {
    put('a')
    const parts = ['.part-elsewhere-1-abc123', '.part-abc123', 'large.part-0123456789ab']
    const others = ['.part-open12', '.part-fresh1', `.part-${hostname()}-${process.pid}-abc123`, '.part-of-mine', 'b']
    const then = Date.now() / 1000 - 8 * 86_400
    for (const name of [...parts, ...others]) {
      putAt(pair.at(`got/${name}`), name, name === '.part-open12' ? 0o644 : 0o600)
      if (name !== '.part-fresh1') utimesSync(pair.at(`got/${name}`), then, then)
    }
    symlinkSync('b', pair.at('got/.part-link12'))
    lutimesSync(pair.at('got/.part-link12'), then, then)
    await fetch()
    expect(left()).toEqual([...others, '.part-link12', 'tree'].sort())
  })

  test('brings only what is not here, and leaves alone what is not there', async () => {
    for (const name of ['a', 'b', 'c']) put(name)
    put('large', Buffer.alloc(mebi, 'l'))
    await fetch()
    writeFileSync(got('mine'), 'mine')
    writeFileSync(got('b'), 'other')
    put('sub/new')
    chmodSync(pair.there('tree/c'), 0o755)
    expect(await fetch()).toMatchObject({ sent: 2, kept: 3 })
    expect(readdirSync(got('.')).sort()).toEqual(['a', 'b', 'c', 'large', 'mine', 'sub'])
    expect([readFileSync(got('b'), 'utf8'), statSync(got('c')).mode & 0o777]).toEqual([pair.there('tree/b'), 0o755])
    expect(left()).toEqual(['tree'])
  })

  test('that is empty, or has folders that may not be written to, comes too', async () => {
    put('shut/in', 'in', 0o444)
    chmodSync(pair.there('tree/shut'), 0o555)
    await fetch()
    expect([statSync(got('shut')).mode & 0o777, readFileSync(got('shut/in'), 'utf8')]).toEqual([0o555, 'in'])
    rmSync(pair.there('tree'), { recursive: true })
    mkdirSync(pair.there('tree'))
    expect(await fetch({}, 'other')).toMatchObject({ sent: 0 })
    expect(readdirSync(pair.at('other/tree'))).toEqual([])
  })

  test.each<[string, () => void, RegExp]>([
    [
      'a name that is no UTF-8',
      () => execFileSync('sh', ['-c', 'printf x >"$1/$(printf "l\\377")"', 'sh', pair.there('tree')]),
      /l\\xff: the name is no UTF-8\. Rename it on the node\./,
    ],
    [
      'a link that leads out',
      () => symlinkSync('/etc/passwd', pair.there('tree/l')),
      /l is a link to \/etc\/passwd, which leads out of the tree/,
    ],
    ['a link that climbs out', () => symlinkSync('../x', pair.there('tree/l')), /leads out of the tree/],
    [
      'a link that climbs after it has descended',
      () => symlinkSync('a/../../x', pair.there('tree/l')),
      /leads out of the tree/,
    ],
  ])('with %s is refused, and nothing is here', async (_, make, told) => {
    put('a')
    make()
    await expect(fetch()).rejects.toThrow(told)
    expect(left()).toEqual([])
  })
})

describe('a tree that is fetched', () => {
  beforeEach(async () => {
    pair = await startPair(dash)
    put('sub/a', 'new')
  })

  test.each<[string, () => void, string]>([
    [
      'a link where a folder is to be',
      () => symlinkSync(pair.at('mine'), got('sub')),
      'got/tree/sub is of another kind here',
    ],
    ['a file where a folder is to be', () => writeFileSync(got('sub'), 'mine'), 'got/tree/sub is of another kind here'],
    [
      'a folder where a file is to be',
      () => putAt(got('sub/a/mine'), 'mine'),
      'got/tree/sub/a is of another kind here',
    ],
  ])('does not go through %s', async (_, make, told) => {
    mkdirSync(got('.'), { recursive: true })
    putAt(pair.at('mine/a'), 'mine')
    make()
    await expect(fetch()).rejects.toThrow(told)
    expect(readFileSync(pair.at('mine/a'), 'utf8')).toBe('mine')
    expect(left()).toEqual(['tree'])
  })

  test('does not go through a link in its own place, and replaces a link where a file is to be', async () => {
    putAt(pair.at('mine/sub/a'), 'mine')
    mkdirSync(pair.at('got'))
    symlinkSync('../mine', pair.at('got/tree'))
    await expect(fetch()).rejects.toThrow('got/tree is of another kind here. Remove it, or name another place.')
    rmSync(pair.at('got/tree'))
    mkdirSync(got('sub'), { recursive: true })
    symlinkSync(pair.at('mine/sub/a'), got('sub/a'))
    await fetch()
    expect([readFileSync(pair.at('mine/sub/a'), 'utf8'), readFileSync(got('sub/a'), 'utf8')]).toEqual(['mine', 'new'])
  })

  test.each([1_000, 3 * mebi])('of which a file of %i bytes changes meanwhile is not here', async (size) => {
    put('b', Buffer.alloc(size, 'b'))
    await fetch()
    put('b', Buffer.alloc(size, 'c'))
    put('sub/a', 'newer')
    const change = (): Host => ({
      ...pair.node,
      read: (path) => {
        put('b', Buffer.alloc(size, 'd'))
        return pair.node.read(path)
      },
      run: (argv, options) => {
        if (argv[0] === 'cat') put('b', Buffer.alloc(size, 'd'))
        return pair.node.run(argv, options)
      },
    })
    const fetching = pair.here.receive('got', await pair.node.list('tree'), change())
    await expect(fetching).rejects.toThrow('tree/b changed while it was fetched. Fetch it again when it is finished.')
    expect([readFileSync(got('b')).equals(Buffer.alloc(size, 'b')), readFileSync(got('sub/a'), 'utf8')]).toEqual([
      true,
      'new',
    ])
    expect(left()).toEqual(['tree'])
  })

  test('leaves nothing when it is ended', async () => {
    put('large', Buffer.alloc(4 * mebi, 'l'))
    const stop = new AbortController()
    const onProgress = ({ done }: Progress) => done > 0 && stop.abort()
    await expect(fetch({ signal: stop.signal, onProgress })).rejects.toThrow('aborted')
    expect(left()).toEqual([])
  })

  test('is told where it can not be listed whole', async () => {
    const said = { ...pair.node, run: () => Promise.reject(new Error('not asked')) }
    rmSync(pair.there('tree'), { recursive: true })
    expect(await said.list('tree')).toEqual([])
    if (!isRoot) return
    mkdirSync(pair.there('bin'))
    putAt(pair.there('bin/find'), '#!/bin/sh\necho "find: tree/shut: Permission denied" >&2\nexit 1\n', 0o755)
    const poor = await startPair(dash, { env: { PATH: `${pair.there('bin')}:/usr/bin:/bin` } })
    putAt(poor.there('tree/a'))
    await expect(poor.node.list('tree')).rejects.toThrow(
      "tree can't be listed on the node: find: tree/shut: Permission denied. Mend that there.",
    )
    await poor.end()
  })
})

describe.runIf(isRoot)('a workstation’s disk', () => {
  beforeEach(async () => {
    pair = await startPair(dash)
    put('large', Buffer.alloc(2 * mebi, 'l'))
  })

  let disk: Disk
  beforeAll(() => {
    disk = mountDisk(1_000, 40)
  })
  afterAll(() => disk.remove())

  test('that has no room is told before anything comes', async () => {
    const host = localHost(disk.path)
    await expect(host.receive('got', await pair.node.list('tree'), pair.node)).rejects.toThrow(
      /got: it needs 2 MiB, and 1 MiB are free\. Make room here\./,
    )
    expect(readdirSync(join(disk.path, 'got'))).toEqual([])
  })

  test('that has no room for so many files is told too', async () => {
    rmSync(pair.there('tree/large'))
    for (let n = 0; n < 50; n++) put(`f${n}`, 'x')
    const host = localHost(disk.path)
    await expect(host.receive('got', await pair.node.list('tree'), pair.node)).rejects.toThrow(
      /it needs 51 files, and there is room for \d+\. Make room here\./,
    )
  })

  test('that is read-only is told by name', async () => {
    disk.readOnly()
    const host = localHost(disk.path)
    await expect(host.receive('in/it', await pair.node.list('tree'), pair.node)).rejects.toThrow(
      /in\/it: its file system is read-only\. Name another place\./,
    )
    disk.writable()
  })
})

describe('what a hostile node lists', () => {
  beforeEach(async () => {
    pair = await startPair(dash)
  })
  const file = (path: string, size = 1): Entry => ({ kind: 'file', path, from: path, size, mode: 0o644, modified: 0 })
  const folder = (path: string): Entry => ({ kind: 'folder', path, mode: 0o755 })
  const link = (path: string, target: string): Entry => ({ kind: 'link', path, target })

  test.each<[string, readonly Entry[]]>([
    ['a name that climbs', [file('tree/../../evil')]],
    ['a name that is absolute', [file('/tmp/conc-evil')]],
    ['a name that is nothing', [file('')]],
    ['a folder that is nothing', [folder('.')]],
    ['a folder that climbs', [folder('..')]],
    ['two things of one name', [link('tree/x', '../y'), file('tree/x')]],
    ['a file through a link', [folder('tree'), link('tree/x', 'y'), file('tree/x/evil')]],
    ['a link to what is above the tree', [folder('tree'), link('tree/x', '..')]],
    ['an absolute link', [folder('tree'), link('tree/x', '/etc')]],
    [
      'links that together lead out',
      [folder('tree'), folder('tree/a'), link('tree/a/b', '..'), link('tree/x', 'a/b/..')],
    ],
    ['a size beyond all disks', [file('tree', 2 ** 52)]],
    ['a size that is no number', [file('tree', Number.NaN)]],
  ])('is refused: %s', async (_, entries) => {
    const mute: Host = {
      ...pair.node,
      run: async () => ({ exit: 0, stdout: Buffer.from(`${'a'.repeat(64)}  x\n`), stderr: Buffer.alloc(0) }),
    }
    const outside = readdirSync(pair.at('..'))
    await expect(pair.here.receive('got', entries, mute)).rejects.toThrow(/refused|leads out|free/)
    expect(left()).toEqual([])
    expect(readdirSync(pair.at('..')).filter((name) => name.includes('evil'))).toEqual(
      outside.filter((name) => name.includes('evil')),
    )
    expect(existsSync('/tmp/conc-evil')).toBe(false)
  })

  test('may not make a file run as its owner', async () => {
    put('a', 'x', 0o4755)
    await fetch()
    expect(lstatSync(got('a')).mode & 0o7777).toBe(0o755)
  })
})
