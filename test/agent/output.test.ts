import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Agent,
  busyboxAlone,
  dash,
  open,
  runStep,
  runSteps,
  script,
  shells,
  startAgent,
  stepLine,
} from '../fixtures/agent.ts'

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const mebibyte = 1024 * 1024

describe.each(shells)('under $name', (shell) => {
  let agent: Agent
  beforeAll(async () => {
    agent = await startAgent(shell)
    writeFileSync(join(agent.home, 'bytes'), everyByte)
  })
  afterAll(() => agent.end())

  test('every byte comes out as it is, on both streams at once', async () => {
    const heard = await runStep(agent, script('cat bytes bytes & cat bytes >&2; wait'))
    expect(heard.stdout).toEqual(Buffer.concat([everyByte, everyByte]))
    expect(heard.stderr).toEqual(everyByte)
  })

  test('3 MB of random bytes on both streams at once come out exact', async () => {
    const text = 'dd if=/dev/urandom of=random bs=3000 count=1000 2>/dev/null; cat random & cat random >&2; wait'
    const heard = await runStep(agent, script(text))
    const random = readFileSync(join(agent.home, 'random'))
    expect(random.length).toBe(3_000_000)
    expect([heard.end, heard.stdout.equals(random), heard.stderr.equals(random)]).toEqual(['OK 0 -', true, true])
  })

  test.each([
    ['no final newline', 'printf abc; printf def >&2', 'abc', 'def'],
    ['nothing', 'true', '', ''],
    ['a lone newline', 'echo', '\n', ''],
    ['a lone NUL', "printf '\\0'", '\0', ''],
  ])('%s is kept as it is', async (_, text, stdout, stderr) => {
    const heard = await runStep(agent, script(text))
    expect([heard.stdout.toString(), heard.stderr.toString()]).toEqual([stdout, stderr])
  })

  test('output that looks like answers is output', async () => {
    const lines = ['E 1 OK 0 -', 'Z q1 done', '0123456789abcdef0123456789abcdef E 1 OK 0 -', '#EOS']
    const heard = await runStep(agent, script(`${lines.map((line) => `echo '${line}'`).join('\n')}\nexit 3`))
    expect(heard.end).toBe('FAILED 3 -')
    expect(heard.stdout.toString()).toBe(`${lines.join('\n')}\n`)
  })

  test('the outputs of steps in one write stay apart', async () => {
    const steps = Array.from({ length: 10 }, (_, i) => script(`printf 'out ${i}'; printf 'err ${i}' >&2`))
    const { heard } = await runSteps(agent, steps)
    expect(heard.map(({ stdout, stderr }) => `${stdout} ${stderr}`)).toEqual(steps.map((_, i) => `out ${i} err ${i}`))
  })

  test('an ad-hoc command outside a bundle gives its output too, and a failure ends what follows', async () => {
    const ends: string[] = []
    const listener = (id: string) => ({ end: (words: readonly string[]) => ends.push(`${id} ${words.join(' ')}`) })
    const listeners = new Map(['a', 'b', 'c'].map((id) => [id, listener(id)]))
    await agent.session.work(['plain a - "" "" true', 'plain b - "" "" true', 'plain c - "" "" true'], listeners)
    expect(ends).toEqual(['a OK 0 -', 'b OK 0 -', 'c OK 0 -'])
  })

  test('the bundle keeps the output, at most 1 MiB of each stream', async () => {
    const holder = await startAgent(shell)
    expect(await open(holder)).toBe('opened')
    const size = 3 * mebibyte + 17
    const text = `echo begin >&2; dd if=/dev/zero bs=${size} count=1 2>/dev/null`
    const { heard } = await runSteps(holder, [script(text)])
    expect(heard[0]?.stdout.length).toBe(size)
    const kept = join(holder.home, '.conc/shop/output/1-s1.1')
    expect(statSync(`${kept}.out`).size).toBe(mebibyte)
    expect(readFileSync(`${kept}.err`, 'utf8')).toBe('begin\n')
    await holder.end()
  })
})

test.each([
  { shell: dash, size: 1024 },
  { shell: busyboxAlone, size: 128 },
])('$size MiB go through in bounded memory under $shell.name', { timeout: 60_000 }, async ({ shell, size }) => {
  const agent = await startAgent(shell)
  expect(await open(agent)).toBe('opened')
  const before = process.memoryUsage.rss()
  let most = before
  let chunks = 0
  let bytes = 0
  let end = ''
  const listener = {
    data: (_: unknown, chunk: Buffer) => {
      bytes += chunk.length
      chunks += 1
      if (chunks % 100 === 0) most = Math.max(most, process.memoryUsage.rss())
    },
    end: (words: readonly string[]) => {
      end = words.join(' ')
    },
  }
  const flood = script(`dd if=/dev/zero bs=1048576 count=${size} 2>/dev/null`)
  await agent.session.work([stepLine(1, flood)], new Map([['1', listener]]))
  expect([end, bytes]).toEqual(['OK 0 -', size * mebibyte])
  expect(most - before).toBeLessThan(200 * mebibyte)
  expect(statSync(join(agent.home, '.conc/shop/output/1-s1.1.out')).size).toBe(mebibyte)
  await agent.end()
})

test('a listener that is behind holds the node back and still gets every byte', async () => {
  const agent = await startAgent(dash)
  const hash = createHash('sha256')
  let waiting = 0
  let most = 0
  const listener = {
    data: async (_: unknown, chunk: Buffer) => {
      waiting += 1
      most = Math.max(most, waiting)
      await new Promise((resolve) => setImmediate(resolve))
      hash.update(chunk)
      waiting -= 1
    },
  }
  const text = 'dd if=/dev/urandom of=random bs=1000000 count=8 2>/dev/null; cat random'
  await agent.session.work([stepLine(1, script(text))], new Map([['1', listener]]))
  await expect.poll(() => waiting).toBe(0)
  expect(most).toBeLessThan(20)
  const sent = createHash('sha256').update(readFileSync(join(agent.home, 'random')))
  expect(hash.digest('hex')).toBe(sent.digest('hex'))
  await agent.end()
})

test('the agent takes its folder with it', async () => {
  const agent = await startAgent(dash)
  const { folder } = agent.session
  expect(existsSync(folder)).toBe(true)
  await agent.session.close()
  expect(existsSync(folder)).toBe(false)
  await agent.end()
})
