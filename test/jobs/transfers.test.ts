import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CodeContext, OpFailed, type Progress } from '../../src/ops/types.ts'
import { folderHost, removeFolder } from './folder-host.ts'
import { planned } from './plans.ts'

let root: string
let here: ReturnType<typeof folderHost>
let node: ReturnType<typeof folderHost>
let logged: string[]
let progress: Progress[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'conc-transfer-'))
  for (const folder of ['here/dist', 'here/more', 'node/logs', 'node/.conc/shop/payload']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  here = folderHost(join(root, 'here'), 'local')
  node = folderHost(join(root, 'node'), 'remote')
  logged = []
  progress = []
})
afterEach(() => removeFolder(root))

const put = (path: string, text: string) => writeFileSync(join(root, path), text)
const get = (path: string) => readFileSync(join(root, path), 'utf8')
const payload = 'node/.conc/shop/payload'

async function runs(line: string, changes: Partial<Pick<CodeContext, 'host' | 'peer' | 'signal'>> = {}): Promise<void> {
  const { action } = await planned(line)
  if (action.kind !== 'code') throw new Error('no code op')
  await action.op.run({
    ...action.context,
    host: here,
    peer: node,
    signal: new AbortController().signal,
    log: (text) => logged.push(text),
    progress: (each) => progress.push(each),
    keep: async () => {},
    ...changes,
  })
}

describe('deliver', () => {
  test('sends what matches, with its mode, into the payload', async () => {
    put('here/dist/a.tgz', 'a'.repeat(2500))
    put('here/dist/run', 'run')
    put('here/dist/not.txt', '')
    chmodSync(join(root, 'here/dist/run'), 0o750)
    await runs('local deliver dist/*.tgz dist/run dist/a.tgz')
    expect(readdirSync(join(root, payload))).toEqual(['a.tgz', 'run'])
    expect(get(`${payload}/a.tgz`)).toBe('a'.repeat(2500))
    expect(statSync(join(root, payload, 'run')).mode & 0o777).toBe(0o750)
    expect(logged).toEqual(['2 delivered (2503 bytes), 0 there already'])
  })

  test('tells how far all of it is, and never goes back', async () => {
    put('here/dist/a.tgz', 'a'.repeat(2500))
    put('here/dist/b.tgz', 'b'.repeat(500))
    await runs('local deliver dist/*.tgz')
    const done = progress.map((each) => each.done)
    expect(done).toEqual([...done].sort((a, b) => a - b))
    expect(progress.at(-1)).toEqual({ done: 3000, total: 3000, files: 2, allFiles: 2 })
  })

  test('sends only what the node lacks', async () => {
    put('here/dist/a.tgz', 'a')
    put('here/dist/b\\c.tgz', 'b')
    await runs('local deliver dist/*.tgz')
    put('here/dist/a.tgz', 'new')
    put('here/dist/d.tgz', 'd')
    await runs('local deliver dist/a.tgz dist/d.tgz')
    expect(logged.at(-1)).toBe('2 delivered (4 bytes), 0 there already')
    await runs('local deliver dist/a.tgz dist/d.tgz')
    expect(logged.at(-1)).toBe('0 delivered (0 bytes), 2 there already')
  })

  test('sends a file again whose mode is another', async () => {
    put('here/dist/a.tgz', 'a')
    await runs('local deliver dist/a.tgz')
    chmodSync(join(root, 'here/dist/a.tgz'), 0o755)
    await runs('local deliver dist/a.tgz')
    expect(statSync(join(root, payload, 'a.tgz')).mode & 0o777).toBe(0o755)
  })

  test('says no when nothing matches, and when two files have one name', async () => {
    put('here/dist/a.tgz', 'a')
    put('here/more/a.tgz', 'b')
    await expect(runs('local deliver dist/a.tgz none/*')).rejects.toThrow(new OpFailed('none/*: there is no such file'))
    await expect(runs('local deliver */a.tgz')).rejects.toThrow(
      new OpFailed('dist/a.tgz and more/a.tgz would both be a.tgz in the payload'),
    )
    expect(readdirSync(join(root, payload))).toEqual([])
  })

  test('sends a folder with all that is in it, and no link that leads out of it', async () => {
    mkdirSync(join(root, 'here/app/bin'), { recursive: true })
    put('here/app/bin/run', 'run')
    symlinkSync('bin/run', join(root, 'here/app/start'))
    await runs('local deliver app')
    expect(get(`${payload}/app/start`)).toBe('run')
    for (const out of ['/etc/passwd', '../../secret']) {
      symlinkSync(out, join(root, 'here/app/out'))
      await expect(runs('local deliver app')).rejects.toThrow(
        new OpFailed(`app/out is a link to ${out}, which is not in the payload`),
      )
      rmSync(join(root, 'here/app/out'))
    }
  })

  test.each<[string, (folder: string) => void, string]>([
    ['a link to elsewhere', (folder) => symlinkSync('b', `${folder}/it`), 'app/it -> a and app/it -> b'],
    ['a folder', (folder) => mkdirSync(`${folder}/it`), 'app/it -> a and app/it'],
  ])('takes no link beside %s of the same name', async (_what, make, both) => {
    for (const folder of ['dist', 'more']) mkdirSync(join(root, 'here', folder, 'app'))
    symlinkSync('a', join(root, 'here/dist/app/it'))
    symlinkSync('a', join(root, 'here/more/app/it'))
    await runs('local deliver dist/app more/app')
    expect(readlinkSync(join(root, payload, 'app/it'))).toBe('a')
    rmSync(join(root, 'here/more/app/it'))
    make(join(root, 'here/more/app'))
    await expect(runs('local deliver dist/app more/app')).rejects.toThrow(
      new OpFailed(`${both} would both be app/it in the payload`),
    )
  })

  test('says so when what a pattern has found is gone before it is looked at', async () => {
    put('here/dist/a.tgz', 'a')
    const list = async () => []
    await expect(runs('local deliver dist/*.tgz', { host: { ...here, list } })).rejects.toThrow(
      new OpFailed('dist/a.tgz: it is gone. Make it again, and try again.'),
    )
  })

  test('takes no link that climbs after it has descended, as it may descend through another', async () => {
    mkdirSync(join(root, 'here/esc/deep/deep2'), { recursive: true })
    symlinkSync('../..', join(root, 'here/esc/deep/deep2/lnk'))
    await runs('local deliver esc')
    symlinkSync('deep/deep2/lnk/../../..', join(root, 'here/esc/x'))
    await expect(runs('local deliver esc')).rejects.toThrow(
      new OpFailed(
        'esc/x is a link to deep/deep2/lnk/../../.., which climbs after it has descended. Make a shorter one.',
      ),
    )
    expect(existsSync(join(root, payload, 'esc/x'))).toBe(false)
  })

  test.each([
    ['*', ['a']],
    ['.e*', ['.env']],
    ['*/*', ['in']],
    ['.h*/in', ['in']],
    ['**/*', ['a', 'in']],
    ['.env a', ['.env', 'a']],
  ])('takes of names with a dot in front what a shell does: %s', async (pattern, names) => {
    for (const name of ['sub', '.hidden']) mkdirSync(join(root, 'here', name))
    for (const name of ['a', '.env', 'sub/in', 'sub/.no', '.hidden/in']) put(`here/${name}`, name)
    await runs(`local deliver ${pattern}`)
    expect(readdirSync(join(root, payload)).sort()).toEqual(names)
  })

  test('takes a folder that is named with all that is in it, also behind a dot', async () => {
    mkdirSync(join(root, 'here/sub/.git'), { recursive: true })
    for (const name of ['.env', '.git/config']) put(`here/sub/${name}`, name)
    await runs('local deliver sub')
    expect(readdirSync(join(root, payload, 'sub')).sort()).toEqual(['.env', '.git'])
  })

  test('a halt ends it between two files', async () => {
    put('here/dist/a.tgz', 'a')
    await expect(runs('local deliver dist/a.tgz', { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
    expect(node.written).toEqual([])
  })
})

describe('fetch', () => {
  test.each([
    ['local fetch logs/a.tgz', 'here/a.tgz'],
    ['local fetch logs/a.tgz dist/', 'here/dist/a.tgz'],
    ['local fetch logs/a.tgz more/b', 'here/more/b'],
  ])('%s', async (line, path) => {
    put('node/logs/a.tgz', 'text'.repeat(1000))
    for (const _ of ['once', 'again']) await runs(line)
    expect(get(path)).toBe('text'.repeat(1000))
    expect(progress.at(-1)).toEqual({ done: 4000, total: 4000 })
  })

  test('takes a name with a dash in front for no option', async () => {
    put('node/-x', 'x')
    await runs('local fetch -- -x got')
    expect(get('here/got')).toBe('x')
  })

  test('takes nothing that the node lists beside what it was asked for', async () => {
    mkdirSync(join(root, 'node/logs/old'))
    const list = async (path: string) => [
      ...(await node.list(path)),
      { kind: 'folder', path: 'older', mode: 0o755 } as const,
    ]
    await expect(runs('local fetch logs/old', { peer: { ...node, list } })).rejects.toThrow(
      new OpFailed('older: the node was not asked for it. It is refused.'),
    )
    expect(readdirSync(join(root, 'here')).sort()).toEqual(['dist', 'more'])
  })

  test('says no when the file is not there', async () => {
    await expect(runs('local fetch none')).rejects.toThrow(new OpFailed('none: there is no such file on the node'))
  })

  test.each([
    ['/dev/null', 'it is of another kind on the node (character special file). Only files and folders are fetched.'],
    ['pipe', 'it is of another kind on the node (fifo). Only files and folders are fetched.'],
  ])('says what it is that is neither file nor folder: %s', async (path, why) => {
    execFileSync('mkfifo', [join(root, 'node/pipe')])
    await expect(runs(`local fetch ${path}`)).rejects.toThrow(new OpFailed(`${path}: ${why}`))
  })

  test('says so of a file that the kernel makes while it is read', async () => {
    await expect(runs('local fetch /proc/cpuinfo')).rejects.toThrow(
      new OpFailed('/proc/cpuinfo is said to be empty and is not, as a file of the kernel. Fetch a copy of it.'),
    )
    expect(existsSync(join(root, 'here/cpuinfo'))).toBe(false)
  })

  test('says no when the file changes meanwhile, and leaves the old one alone', async () => {
    put('node/logs/a.tgz', 'new')
    put('here/a.tgz', 'old')
    const read = (path: string) => {
      put('node/logs/a.tgz', 'changed')
      return node.read(path)
    }
    await expect(runs('local fetch logs/a.tgz', { peer: { ...node, read } })).rejects.toThrow(
      new OpFailed('logs/a.tgz changed while it was fetched'),
    )
    expect(get('here/a.tgz')).toBe('old')
    expect(existsSync(join(root, 'here/a.tgz.part'))).toBe(false)
  })
})
