import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Session } from '../../src/agent/session.ts'
import { localHost } from '../../src/hosts/local.ts'
import { remoteHost } from '../../src/hosts/remote.ts'
import { Sessions } from '../../src/hosts/sessions.ts'
import type { Entry, Host, Progress, ReceiveOptions } from '../../src/ops/types.ts'
import { type Agent, connectShell, shells, startAgent } from '../fixtures/agent.ts'

/** Names that a shell, tar and sha256sum each might trip over. */
const odd = [
  'a b',
  "it's",
  '-rf',
  'new\nline',
  'back\\slash',
  'ünï',
  '*',
  '#x',
  `${'l'.repeat(120)}`,
  `d/${'n'.repeat(200)}`,
]

describe.each(shells)('a delivery to $name', (shell) => {
  let agent: Agent
  let source: string
  let node: Host
  let extra: Session[]
  beforeEach(async () => {
    source = mkdtempSync(join(tmpdir(), 'conc-source-'))
    agent = await startAgent(shell)
    mkdirSync(join(agent.home, 'payload'))
    extra = []
    const more = async () => {
      const session = await Session.start(connectShell(shell, { home: agent.home }))
      extra.push(session)
      return session
    }
    node = remoteHost(new Sessions(agent.session, more), async () => {})
  })
  afterEach(async () => {
    await Promise.all(extra.map((session) => session.close()))
    await agent.end()
    rmSync(source, { recursive: true })
  })

  const here = () => localHost(source)
  const put = (path: string, bytes: string | Buffer = path, mode = 0o640) => {
    mkdirSync(dirname(join(source, path)), { recursive: true })
    writeFileSync(join(source, path), bytes)
    chmodSync(join(source, path), mode)
  }
  const there = (path: string) => join(agent.home, 'payload', path)
  const list = async (...paths: readonly string[]) => (await Promise.all(paths.map((path) => here().list(path)))).flat()
  const receive = async (paths: readonly string[], options?: ReceiveOptions) =>
    node.receive('payload', await list(...paths), here(), options)
  const seen = () => readdirSync(there('.')).sort()

  test('brings files and trees, with their modes, links and odd names', async () => {
    for (const name of odd) put(`tree/${name}`, `${name}!`)
    put('tree/empty', '')
    put('tree/bin/run', '#!/bin/sh\n', 0o755)
    put('alone', Buffer.from([0, 255, 10, 0]))
    mkdirSync(join(source, 'tree/hollow'), { mode: 0o700 })
    symlinkSync('bin/run', join(source, 'tree/start'))
    symlinkSync(`bin/${'x'.repeat(150)}`, join(source, 'tree/far'))
    const got = await receive(['tree', 'alone'])
    expect(got).toMatchObject({ sent: odd.length + 3, kept: 0, copied: 0 })
    for (const name of odd) expect(readFileSync(there(`tree/${name}`), 'utf8')).toBe(`${name}!`)
    expect(readFileSync(there('alone'))).toEqual(Buffer.from([0, 255, 10, 0]))
    expect(statSync(there('tree/bin/run')).mode & 0o777).toBe(0o755)
    expect(statSync(there('tree/a b')).mode & 0o777).toBe(0o640)
    expect(statSync(there('tree/hollow')).mode & 0o777).toBe(0o700)
    expect([readlinkSync(there('tree/start')), readlinkSync(there('tree/far'))]).toEqual([
      'bin/run',
      `bin/${'x'.repeat(150)}`,
    ])
    expect(seen()).toEqual(['alone', 'tree'])
  })

  test('sends only what is not there, and sets modes', async () => {
    for (const name of odd) put(`tree/${name}`)
    await receive(['tree'])
    put('tree/a b', 'changed')
    put('tree/more')
    chmodSync(join(source, 'tree/*'), 0o755)
    const got = await receive(['tree'])
    // busybox prints a newline in a name as it is: such a file is sent again.
    const again = shell.name === 'busybox alone' ? 1 : 0
    expect(got).toMatchObject({ sent: 2 + again, kept: odd.length - 1 - again })
    expect(readFileSync(there('tree/a b'), 'utf8')).toBe('changed')
    expect(statSync(there('tree/*')).mode & 0o777).toBe(0o755)
    expect(await receive(['tree'])).toMatchObject({ sent: again, kept: odd.length + 1 - again })
    expect(seen()).toEqual(['tree'])
  })

  test('a large file is sent in pieces, whole or not seen, and told how far it is', async () => {
    const bytes = randomBytes(40 * 1024 * 1024 + 12_345)
    put('large', bytes, 0o755)
    const told: Progress[] = []
    const looks: boolean[] = []
    const onProgress = (progress: Progress) => {
      told.push(progress)
      if (progress.files === 0) looks.push(existsSync(there('large')))
    }
    const got = await receive(['large'], { onProgress })
    expect(got).toEqual({ sent: 1, kept: 0, copied: 0, bytes: bytes.length })
    expect(readFileSync(there('large')).equals(bytes)).toBe(true)
    expect(statSync(there('large')).mode & 0o777).toBe(0o755)
    expect(looks.includes(true)).toBe(false)
    const done = told.map((each) => each.done)
    expect(done).toEqual([...done].sort((a, b) => a - b))
    expect(told.at(-1)).toEqual({ done: bytes.length, total: bytes.length, files: 1, allFiles: 1 })
    expect(seen()).toEqual(['large'])
  })

  test('goes on where it was cut off, in pieces', async () => {
    const bytes = Buffer.alloc(60 * 1024 * 1024, 'x')
    put('large', bytes)
    const cut = new AbortController()
    const onProgress = ({ done }: Progress) => {
      if (done > 3_000_000) cut.abort()
    }
    await expect(receive(['large'], { signal: cut.signal, onProgress })).rejects.toThrow('aborted')
    expect(seen()).toEqual(['.parts'])
    const got = await receive(['large'])
    expect(got.bytes).toBeLessThan(bytes.length - 2_900_000)
    expect(readFileSync(there('large')).equals(bytes)).toBe(true)
    expect(seen()).toEqual(['large'])
  })

  test('uses what lies in another folder already', async () => {
    for (const name of odd) put(`tree/${name}`)
    put('tree/d/large', Buffer.alloc(2_000_000, 'y'))
    await receive(['tree'])
    const got = await node.receive('payload/next', await list('tree'), here(), { against: 'payload/tree' })
    const named = odd.filter((name) => !name.includes('\n')).length
    expect(got).toMatchObject({ sent: odd.length - named, copied: named + 1 })
    for (const name of odd) expect(readFileSync(there(`next/tree/${name}`), 'utf8')).toBe(`tree/${name}`)
    expect(readFileSync(there('next/tree/d/large')).length).toBe(2_000_000)
    expect(await node.receive('payload/first', await list('tree'), here(), { against: 'no/such' })).toMatchObject({
      sent: odd.length + 1,
      copied: 0,
    })
  })

  test.each([
    ['small', 1_000],
    ['large', 3_000_000],
  ])('a %s file that changes meanwhile is refused, and nothing of it is seen', async (name, size) => {
    put(name, Buffer.alloc(size, 'a'))
    const entries = await list(name)
    put(name, Buffer.alloc(size, 'b'))
    utimesSync(join(source, name), new Date(0), new Date(0))
    await expect(node.receive('payload', entries, here())).rejects.toThrow(`${name} changed while it was sent`)
    expect(existsSync(there(name))).toBe(false)
  })

  test('a part that is not what was sent is thrown away, and the next try is whole', async () => {
    put('large', Buffer.alloc(3_000_000, 'a'))
    const cut = new AbortController()
    const onProgress = ({ done }: Progress) => done > 0 && cut.abort()
    await expect(receive(['large'], { signal: cut.signal, onProgress })).rejects.toThrow('aborted')
    const [part = ''] = readdirSync(there('.parts')).filter((name) => !name.endsWith('.have'))
    writeFileSync(there(`.parts/${part}`), Buffer.alloc(262_144, 'z'))
    await expect(receive(['large'])).rejects.toThrow(/did not arrive whole: (sha256 is|size is not)/)
    expect(existsSync(there('large'))).toBe(false)
    await receive(['large'])
    expect(readFileSync(there('large')).equals(Buffer.alloc(3_000_000, 'a'))).toBe(true)
  })

  test('where there is no room it says so before it sends', async () => {
    const entry: Entry = { kind: 'file', path: 'huge', from: 'huge', size: 2 ** 50, mode: 0o644, modified: 0 }
    await expect(node.receive('payload', [entry], here())).rejects.toThrow(
      /it needs 1073741824 MiB on the node, and \d+ MiB are free/,
    )
    expect(seen()).toEqual([])
  })

  test('the lists of both sides are the same', async () => {
    for (const name of odd) put(`tree/${name}`)
    symlinkSync('a b', join(source, 'tree/link'))
    await receive(['tree'])
    const ofNode = await node.list('payload/tree')
    const bare = (entries: readonly Entry[]) =>
      entries
        .map((entry) => (entry.kind === 'file' ? { ...entry, from: '', modified: 0 } : entry))
        .sort((a, b) => (a.path < b.path ? -1 : 1))
    expect(bare(ofNode)).toEqual(bare(await list('tree')))
    expect(await node.list('no/such')).toEqual([])
    expect(lstatSync(there('tree/link')).isSymbolicLink()).toBe(true)
  })
})
