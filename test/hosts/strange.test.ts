import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { remoteHost } from '../../src/hosts/remote.ts'
import { Sessions } from '../../src/hosts/sessions.ts'
import { OpFailed } from '../../src/ops/types.ts'
import { BrokenError } from '../../src/words/errors.ts'
import { type StandIns, standInsForEach } from '../fixtures/standins.ts'
import { type Pair, putAt, startPair } from './pair.ts'

const mebi = 1024 * 1024

let standIns: StandIns
let pair: Pair
standInsForEach(startPair, (made, started) => {
  standIns = made
  pair = started
})

/** From here on the node has this program. A shell may know by now where the machine's own lies. */
function pretend(program: string, script: string): void {
  standIns.set(program, script)
  pair.agent.session.send('hash -r')
}

describe('a delivery to a node', () => {
  const deliver = async (path: string, options = {}) =>
    pair.node.receive('payload', await pair.list(path), pair.here, options)

  test.each([
    [
      'whose folder can not be made, and nothing says why',
      'mkdir',
      'exit 1',
      /can't take a delivery there: it does not say why\.$/,
    ],
    ['that says nothing of its room', 'df', 'echo strange', /it needs 1 MiB on the node, and 0 MiB are free\./],
    ['that can set no time, and does not say why', 'touch', 'exit 1', 'a time can not be set: set_times failed'],
    [
      'that can not write, and does not say why',
      'dd',
      'case " $* " in *" of="*) exit 1 ;; *) exec /usr/bin/dd "$@" ;; esac',
      'the node could not write it: its disk may be full',
    ],
  ])('%s is refused in words', async (_, program, does, why) => {
    pair.put('tree/a')
    pretend(program, does)
    await expect(deliver('tree')).rejects.toThrow(why)
    await expect(deliver('tree')).rejects.toBeInstanceOf(OpFailed)
    expect(existsSync(pair.there('payload/tree/a'))).toBe(false)
  })

  test('whose temporary folder is full is refused in words', async () => {
    pair.put('a')
    await pair.agent.session.ask('eval', 'mkdir "$tmp/files.list"')
    await expect(deliver('a')).rejects.toThrow(new BrokenError('there is no room for temporary files on the node'))
  })

  test('that says of names and parts what makes no sense gets the file all the same', async () => {
    pair.put('a')
    putAt(pair.there('payload/.parts/0123456789abcdef.have'), 'no stretch\n')
    pretend('xargs', 'case $3 in -c) printf "fifo ./a\\0" ;; *) exec /usr/bin/xargs "$@" ;; esac')
    expect(await deliver('a')).toMatchObject({ sent: 1 })
    expect(readFileSync(pair.there('payload/a'), 'utf8')).toBe('a')
  })

  test('of what another tree there has already sends nothing, and tells of a copy that fails', async () => {
    pair.put('a')
    putAt(pair.there('former/a'), 'a')
    const against = { against: 'former' }
    expect(await deliver('a', against)).toMatchObject({ sent: 0, copied: 1, bytes: 0 })
    pair.put('b')
    putAt(pair.there('former/b'), 'b')
    pretend('touch', 'exit 1')
    await expect(deliver('b', against)).rejects.toThrow('a time can not be set: set_times failed')
    expect(existsSync(pair.there('payload/b'))).toBe(false)
  })

  test('of a file that grows meanwhile is refused, and nothing of it is seen', async () => {
    pair.put('log', Buffer.alloc(2 * mebi))
    const entries = await pair.list('log')
    appendFileSync(pair.at('log'), Buffer.alloc(mebi))
    await expect(pair.node.receive('payload', entries, pair.here)).rejects.toThrow('log changed while it was sent.')
    expect(existsSync(pair.there('payload/log'))).toBe(false)
  })

  test('of more small files than are kept in memory is whole', async () => {
    for (let n = 0; n < 40; n++) pair.put(`tree/${n}`, Buffer.alloc(900_000, n))
    expect(await deliver('tree')).toMatchObject({ sent: 40 })
    for (const n of [0, 39]) {
      expect(readFileSync(pair.there(`payload/tree/${n}`)).equals(Buffer.alloc(900_000, n))).toBe(true)
    }
  })

  test('that lets in no second session gets a large file by the first', async () => {
    const refuse = async () => {
      throw new Error('no more sessions')
    }
    const bytes = Buffer.alloc(40 * mebi, 'x')
    pair.put('large', bytes)
    const node = remoteHost(new Sessions(pair.agent.session, refuse), async () => {})
    await node.receive('payload', await pair.list('large'), pair.here)
    expect(readFileSync(pair.there('payload/large')).equals(bytes)).toBe(true)
  })
})

describe('a fetch from a node', () => {
  const fetch = async (options = {}) => pair.here.receive('got', await pair.node.list('tree'), pair.node, options)

  test.each([
    ['says no sum', 'sha256sum', 'echo strange', "tree/a: its sum can't be taken."],
    [
      'can take no sum',
      'sha256sum',
      'echo "sha256sum: tree/a: Input/output error" >&2; exit 1',
      'sha256sum says no: sha256sum: tree/a: Input/output error. Mend that there, or leave it out.',
    ],
    ['can take no sum and does not say why', 'sha256sum', 'exit 3', 'sha256sum says no: it ended with 3.'],
    ['gives more than there is', 'cat', '/usr/bin/cat "$@"; echo more', 'tree/a changed while it was fetched.'],
    [
      'can not list it, and does not say why',
      'find',
      'exit 1',
      "tree can't be listed on the node: it does not say why.",
    ],
    ['lists the half of it', 'find', "printf '1\\0'", "the node's list of files ends too early"],
    ['lists less than it says', 'find', "printf '2\\0a\\n\\0'", "the node's list of files makes no sense"],
    ['lists what is no file', 'stat', 'echo 1180 0 0', "the node's list of files makes no sense"],
    ['says of a file what nobody understands', 'stat', 'echo strange', "the node's list of files makes no sense"],
  ])('that %s is refused in words, and nothing of it is seen', async (_, program, does, why) => {
    putAt(pair.there('tree/a'))
    pretend(program, does)
    await expect(fetch()).rejects.toThrow(why)
    expect(existsSync(pair.at('got/tree'))).toBe(false)
  })

  test('of a name that looks like an option is that file', async () => {
    putAt(pair.there('-rf'))
    expect(await pair.node.list('-rf')).toMatchObject([{ kind: 'file', path: '-rf', from: './-rf' }])
  })

  test('of a file that grows meanwhile is refused, and nothing of it is seen', async () => {
    putAt(pair.there('tree/log'), Buffer.alloc(2 * mebi))
    pretend('sha256sum', '/usr/bin/sha256sum "$@"; echo more >>tree/log')
    await expect(fetch()).rejects.toThrow('tree/log changed while it was fetched.')
    expect(existsSync(pair.at('got/tree'))).toBe(false)
  })

  test('of more than comes in one answer is whole', async () => {
    for (let n = 0; n < 30; n++) putAt(pair.there(`tree/${n}`), Buffer.alloc(600_000, n))
    expect(await fetch()).toMatchObject({ sent: 30 })
    for (const n of [0, 29]) {
      expect(readFileSync(pair.at(`got/tree/${n}`)).equals(Buffer.alloc(600_000, n))).toBe(true)
    }
  })

  test('takes the place of what is of another kind where that was said, with all that is in it', async () => {
    putAt(pair.there('tree/x/in/it'))
    putAt(pair.there('tree/y'))
    putAt(pair.at('got/tree/x'), 'a file')
    putAt(pair.at('got/tree/y/old'))
    await expect(fetch()).rejects.toThrow(
      /got\/tree\/(x|y) is of another kind here\. Remove it, or name another place\.$/,
    )
    expect(readFileSync(pair.at('got/tree/x'), 'utf8')).toBe('a file')
    expect(await fetch({ replaces: true })).toMatchObject({ sent: 2 })
    expect(readFileSync(pair.at('got/tree/x/in/it'), 'utf8')).toBe(pair.there('tree/x/in/it'))
    expect(readFileSync(pair.at('got/tree/y'), 'utf8')).toBe(pair.there('tree/y'))
  })
})
