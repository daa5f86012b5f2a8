import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, shells, startAgent } from '../fixtures/agent.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.each(shells)('under $name', (shell) => {
  let agent: Agent
  beforeAll(async () => {
    agent = await startAgent(shell)
  })
  afterAll(() => agent.end())
  const at = (name: string) => join(agent.home, name)
  const commit = async (part: string, file: string, bytes: Uint8Array, mode = '640') =>
    agent.session.ask('commit', part, file, String(bytes.length), sha256(bytes), mode)

  test('a file arrives in parts, each at its offset, and is visible when it is whole', async () => {
    const bytes = randomBytes(300_000)
    expect((await agent.session.put("a 'part", 0, bytes.subarray(0, 100_001))).words).toEqual(['0'])
    expect((await agent.session.put("a 'part", 100_001, bytes.subarray(100_001))).words).toEqual(['0'])
    expect((await commit("a 'part", 'whole', bytes)).words).toEqual(['0'])
    expect(readFileSync(at('whole')).equals(bytes)).toBe(true)
    expect(statSync(at('whole')).mode & 0o7777).toBe(0o640)
    expect(existsSync(at("a 'part"))).toBe(false)
  })

  test('a part at a wrong offset is refused, and what follows on the line is still understood', async () => {
    await agent.session.put('part', 0, Buffer.from('abc'))
    const answer = await agent.session.put('part', 7, Buffer.from('1\nx#EOS'))
    expect([answer.words, answer.stderr.toString()]).toEqual([['1'], 'it is 3 bytes long, not 7\n'])
    expect((await agent.session.put('part', 3, Buffer.from('def'))).words).toEqual(['0'])
    expect(readFileSync(at('part'), 'utf8')).toBe('abcdef')
  })

  test('offset 0 begins anew', async () => {
    await agent.session.put('anew', 0, Buffer.from('old and long'))
    await agent.session.put('anew', 0, Buffer.from('new'))
    expect(readFileSync(at('anew'), 'utf8')).toBe('new')
  })

  test('an empty file arrives too', async () => {
    expect((await agent.session.put('nothing', 0, Buffer.alloc(0))).words).toEqual(['0'])
    expect((await commit('nothing', 'empty', Buffer.alloc(0))).words).toEqual(['0'])
    expect(readFileSync(at('empty')).length).toBe(0)
  })

  test.each([
    ['size', 'abcd', 'abc', /^size is not 3\n$/],
    ['sum', 'abd', 'abc', /^sha256 is [0-9a-f]{64}, not [0-9a-f]{64}\n$/],
  ])('a file of the wrong %s does not become visible', async (_, sent, meant, why) => {
    await agent.session.put('wrong', 0, Buffer.from(sent))
    const answer = await commit('wrong', 'visible', Buffer.from(meant))
    expect(answer.words).toEqual(['1'])
    expect(answer.stderr.toString()).toMatch(why)
    expect(existsSync(at('visible'))).toBe(false)
  })

  test('a file that can not be written is told, and its bytes are not taken for a request', async () => {
    const answer = await agent.session.put('no/such/folder', 0, Buffer.from('16\ntrue >ran; #EOS'))
    expect(answer.words[0]).not.toBe('0')
    expect((await agent.session.ask('echo', 'still there')).stdout.toString()).toBe('still there\n')
    expect(existsSync(at('ran'))).toBe(false)
  })

  test('an answer is whole: both streams and the exit code', async () => {
    const answer = await agent.session.ask('sh', '-c', 'printf out; printf err >&2; exit 9')
    expect([answer.words, answer.stdout.toString(), answer.stderr.toString()]).toEqual([['9'], 'out', 'err'])
  })

  test('a request with a NUL is refused before it is sent', async () => {
    await expect(agent.session.ask('echo', 'a\0b')).rejects.toThrow('NUL')
  })
})
