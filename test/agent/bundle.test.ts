import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, bash, busyboxAlone, dash, journalOf, open, type Shell, startAgent } from '../fixtures/agent.ts'
import { isRoot } from '../fixtures/users.ts'

describe.each([dash, bash, busyboxAlone])('under $name', (shell) => {
  let agent: Agent
  beforeAll(async () => {
    agent = await startAgent(shell)
  })
  afterAll(() => agent.end())
  const at = (name: string) => join(agent.home, name)
  const look = async (bundle: string) => (await agent.session.ask('look', bundle)).stdout.toString()

  test('opening makes the bundle for this user alone, with all that a person needs', async () => {
    const early = '2026-11-20T12:00:00Z begin 1 1 build local ana@desk'
    const answer = await agent.session.call(
      'open',
      '.conc/one',
      'yes',
      'r7',
      'run: r7\n',
      '{"format":1}',
      'ls\n',
      early,
    )
    expect(answer.words).toEqual(['opened'])
    expect(statSync(at('.conc/one')).mode & 0o7777).toBe(0o700)
    expect(readdirSync(at('.conc/one')).sort()).toEqual(
      ['commands.txt', 'epoch.1', 'holder', 'journal', 'output', 'payload', 'plan.json', 'scripts'].sort(),
    )
    expect(readFileSync(at('.conc/one/plan.json'), 'utf8')).toBe('{"format":1}')
    expect(journalOf(agent, '.conc/one')).toEqual(['open r7', 'begin 1 1 build local ana@desk'])
    expect(await look('.conc/one')).toBe('bundle there\nepoch 1\nagent 1\n')
  })

  test('what lies where the bundle should be blocks it, and look tells a bundle from the rest', async () => {
    mkdirSync(at('empty'))
    writeFileSync(at('file'), 'mine')
    symlinkSync('nowhere', at('dangling'))
    symlinkSync('empty', at('link'))
    for (const [name, seen] of [
      ['empty', 'bundle there\nepoch 0\n'],
      ['file', 'bundle foreign\n'],
      ['dangling', 'bundle foreign\n'],
      ['link', 'bundle foreign\n'],
    ] as const) {
      expect([name, await open(agent, { bundle: name }), await look(name)]).toEqual([name, 'blocked', seen])
    }
    expect(readFileSync(at('file'), 'utf8')).toBe('mine')
    expect(readdirSync(at('empty'))).toEqual([])
    expect(await look('no/such')).toBe('bundle none\n')
  })

  test('a file where its folder should be makes the node unfit, and nothing is changed', async () => {
    writeFileSync(at('plain'), '')
    const answer = await agent.session.call('open', 'plain/shop', 'no', 'r1', 'run: r1\n', '{}', '')
    expect(answer.words).toEqual(['unfit'])
    expect(answer.stderr.toString()).not.toBe('')
  })

  test('names with blanks, quotes and a dash in front are names', async () => {
    for (const bundle of ['a b', "it's", './-x/$y', '#EOS']) {
      expect([bundle, await open(agent, { bundle })]).toEqual([bundle, 'opened'])
      expect(existsSync(at(bundle))).toBe(true)
    }
  })
})

test('of eight that open one bundle at once exactly one wins, twenty times', { timeout: 60_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'conc-home-'))
  const kinds = [dash, bash, busyboxAlone]
  const agents = await Promise.all(Array.from({ length: 8 }, (_, i) => startAgent(kinds[i % 3] ?? dash, { home })))
  for (let round = 0; round < 20; round++) {
    const bundle = `.conc/round${round}`
    const words = await Promise.all(agents.map((agent, i) => open(agent, { bundle, run: `r${i}` })))
    expect(words.toSorted()).toEqual([...Array.from({ length: 7 }, () => 'blocked'), 'opened'])
    expect(readFileSync(join(home, bundle, 'holder'), 'utf8')).toContain(`run: r${words.indexOf('opened')}\n`)
    expect(statSync(join(home, bundle)).mode & 0o7777).toBe(0o700)
  }
  await Promise.all(agents.map((agent) => agent.end()))
  rmSync(home, { recursive: true })
})

/** Uses a file system of this many KiB that is full but for `free`; without root, one file that takes nothing. */
async function withFullDisk(shell: Shell, use: (agent: Agent, folder: string, fill: () => void) => Promise<void>) {
  const agent = await startAgent(shell)
  const folder = join(agent.home, 'small')
  mkdirSync(folder)
  if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', folder])
  const fill = () => {
    try {
      for (let size = 65_536; size > 0; size = Math.floor(size / 2)) fillBy(join(folder, `fill${size}`), size)
    } catch (cause) {
      if (!String(cause).includes('ENOSPC')) throw cause
    }
  }
  try {
    await use(agent, folder, fill)
  } finally {
    await agent.end().catch(() => {})
    if (isRoot) execFileSync('umount', ['-l', folder])
    rmSync(agent.home, { recursive: true, force: true })
  }
}

function fillBy(file: string, size: number): void {
  for (;;) {
    try {
      writeFileSync(file, Buffer.alloc(size), { flag: 'a' })
    } catch {
      return
    }
  }
}

describe.each([dash, bash, busyboxAlone])(
  'on a full disk (mounted by root; for others a read-only folder) under $name',
  (shell) => {
    test('a bundle that has no room is not left behind in halves', () =>
      withFullDisk(shell, async (agent, folder, fill) => {
        if (isRoot) fill()
        else execFileSync('chmod', ['555', folder])
        const answer = await agent.session.call('open', 'small/shop', 'yes', 'r1', 'run: r1\n', 'x'.repeat(9_000), '')
        expect(answer.words).toEqual(['unfit'])
        expect(existsSync(join(folder, 'shop'))).toBe(false)
        if (!isRoot) execFileSync('chmod', ['755', folder])
      }))
  },
)
