import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { LostError } from '../../src/words/errors.ts'
import { type StandIns, standInsForEach } from '../fixtures/standins.ts'
import { until } from '../fixtures/until.ts'
import { type Pair, putAt, startPair } from './pair.ts'

const MiB = 1024 * 1024

let standIns: StandIns
let pair: Pair
standInsForEach(startPair, (made, started) => {
  standIns = made
  pair = started
})

/** Bytes that differ from place to place. */
function bytesOf(size: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: Math.ceil(size / 4) }, (_, at) => at * 2_654_435_761).buffer, 0, size)
}

describe('a file that is written alone on the node', () => {
  /** Writes bytes in chunks that are no whole pieces. Gives how far it was told to be. */
  async function write(path: string, bytes: Buffer, more: { readonly signal?: AbortSignal } = {}) {
    const told: number[] = []
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    async function* source() {
      for (let at = 0; at < bytes.length; at += 300_000) yield bytes.subarray(at, at + 300_000)
    }
    const onProgress = (sent: number) => void told.push(sent)
    await pair.node.write(path, source(), { size: bytes.length, sha256, onProgress, ...more })
    return told
  }
  /** Where its pieces are gathered. */
  const partOf = (bytes: Buffer) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return pair.there(`.part-${sha256.slice(0, 32)}`)
  }

  test.each([
    ['nothing', 0],
    ['a byte', 1],
    ['a whole piece', MiB],
    ['more pieces than are on their way at a time', 6 * MiB + 5],
  ])('arrives exactly: %s', async (_, size) => {
    const bytes = bytesOf(size)
    const told = await write('file', bytes)
    expect(readFileSync(pair.there('file')).equals(bytes)).toBe(true)
    expect(statSync(pair.there('file')).mode & 0o777).toBe(0o644)
    expect(told.at(-1)).toBe(size)
  })

  test('goes on where an earlier try was cut off, and sends no byte twice', async () => {
    const bytes = bytesOf(3 * MiB)
    writeFileSync(partOf(bytes), bytes.subarray(0, 2 * MiB - 7))
    const told = await write('file', bytes)
    expect(told[0]).toBeGreaterThan(2 * MiB)
    expect(readFileSync(pair.there('file')).equals(bytes)).toBe(true)
    expect(existsSync(partOf(bytes))).toBe(false)
  })

  test.each<[string, (part: string, bytes: Buffer) => void]>([
    ['is longer than the file', (part, bytes) => writeFileSync(part, Buffer.concat([bytes, Buffer.alloc(9)]))],
    [
      'can not be measured',
      (part) => {
        writeFileSync(part, 'x')
        standIns.set('wc', `[ -e ${part}.asked ] && exec /usr/bin/wc "$@"; touch ${part}.asked; exit 1`)
      },
    ],
  ])('begins anew where what is there of it %s', async (_, leave) => {
    const bytes = bytesOf(2 * MiB)
    leave(partOf(bytes), bytes)
    expect((await write('file', bytes))[0]).toBeLessThan(2 * MiB)
    expect(readFileSync(pair.there('file')).equals(bytes)).toBe(true)
  })

  test.each([
    ['there is no folder for it', 'none/file', /^none\/\.part-.*Directory nonexistent$/],
    ['a folder has its name', 'taken', /^taken did not arrive whole: there is a folder of that name$/],
  ])('is refused where %s, and leaves nothing behind', async (_, path, why) => {
    mkdirSync(pair.there('taken'))
    const before = readdirSync(pair.agent.home)
    await expect(write(path, bytesOf(5))).rejects.toThrow(why)
    expect(readdirSync(pair.agent.home)).toEqual(before)
  })

  test('is sent no further once it is not wanted any more', async () => {
    await expect(write('file', bytesOf(5), { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
    expect(existsSync(pair.there('file'))).toBe(false)
  })
})

describe('a file of the node', () => {
  const bytes = bytesOf(24 * MiB)

  test('is read exactly, however slowly it is taken', async () => {
    writeFileSync(pair.there('large'), bytes)
    const chunks: Uint8Array[] = []
    for await (const chunk of pair.node.read('large')) {
      if (chunks.length === 0) await sleep(300)
      chunks.push(chunk)
    }
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
  })

  test('is read no further once nobody wants more, and the node is free for what comes next', async () => {
    writeFileSync(pair.there('large'), bytes)
    for await (const chunk of pair.node.read('large')) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    expect(await pair.node.run(['echo', 'next'])).toMatchObject({ exit: 0 })
  })

  test.each<[string, string, RegExp]>([
    ['what the node says', '', /none: No such file or directory$/],
    ['its name, where the node says nothing', 'exit 1', /^none can't be read$/],
  ])('that can not be read is told with %s', async (_, cat, why) => {
    if (cat !== '') standIns.set('cat', cat)
    await expect(pair.node.read('none')[Symbol.asyncIterator]().next()).rejects.toThrow(why)
  })
})

test('a command on a line that is cut has an unknown end, never a good one', async () => {
  const ended = pair.node.run(['sh', '-c', 'touch begun; sleep 0.5'])
  const told = expect(ended).rejects.toThrow(LostError)
  await until(() => existsSync(pair.there('begun')))
  pair.agent.cut()
  await told
})

test.each([
  ['text', 'it\'s "text"\n\n'],
  ['bytes', Buffer.from([0, 255, 10, 0])],
  ['no UTF-8', Buffer.from([0x66, 0xff, 0x0a])],
  ['more than a word of the shell holds', bytesOf(400_000)],
])('what a command reads arrives exactly: %s', async (_, input) => {
  const { stdout } = await pair.node.run(['cat'], { input: Buffer.from(input) })
  expect(Buffer.from(stdout).equals(Buffer.from(input))).toBe(true)
})

test('a command whose input finds no room on the node does not begin', async () => {
  await pair.agent.session.ask('eval', 'mkdir "$tmp/input"')
  await expect(pair.node.run(['touch', 'begun'], { input: Buffer.from([0]) })).rejects.toThrow(
    'touch: there is no room for its input on the node',
  )
  expect(existsSync(pair.there('begun'))).toBe(false)
})

describe('on the node', () => {
  beforeEach(() => {
    for (const name of ['a.txt', 'b.txt', 'c.md', "it's $HOME.txt", 'sub/d.txt', 'x y/e.txt']) putAt(pair.there(name))
  })

  test.each([
    ['*.txt', ['a.txt', 'b.txt', "it's $HOME.txt"]],
    ['[ab].*', ['a.txt', 'b.txt']],
    ['[!a].*', ['b.txt', 'c.md']],
    ['?.md', ['c.md']],
    ['*/*.txt', ['sub/d.txt', 'x y/e.txt']],
    ['x y/*', ['x y/e.txt']],
    ["it's $HOME.*", ["it's $HOME.txt"]],
    ['$(touch pwned)', []],
    ['*', ['a.txt', 'b.txt', 'c.md', "it's $HOME.txt"]],
    ['none/*', []],
  ])('the pattern %j fits these files', async (pattern, names) => {
    expect(await pair.node.glob(pattern)).toEqual(names)
    expect(existsSync(pair.there('pwned'))).toBe(false)
  })

  test('a pattern of which a shell would find a part only is refused', async () => {
    await expect(pair.node.glob('**/*.txt')).rejects.toThrow("**/*.txt: a node's shell knows no **")
  })

  test('a file has its facts, and a folder or nothing has none', async () => {
    putAt(pair.there('fact'), '12345', 0o640)
    const modified = Math.floor(statSync(pair.there('fact')).mtimeMs / 1000) * 1000
    expect(await pair.node.stat('fact')).toEqual({ size: 5, mode: 0o640, modified })
    expect([await pair.node.stat('sub'), await pair.node.stat('none')]).toEqual([undefined, undefined])
  })
})
