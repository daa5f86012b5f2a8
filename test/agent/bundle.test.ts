import { execFileSync } from 'node:child_process'
import {
  chmodSync,
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
import {
  type Agent,
  bash,
  busyboxAlone,
  dash,
  journalOf,
  open,
  runSteps,
  type Shell,
  script,
  startAgent,
} from '../fixtures/agent.ts'
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
      'build s1',
      early,
    )
    expect(answer.words).toEqual(['opened'])
    expect(statSync(at('.conc/one')).mode & 0o7777).toBe(0o700)
    expect(readdirSync(at('.conc/one')).sort()).toEqual(
      ['commands.txt', 'epoch.1', 'holder', 'journal', 'order', 'output', 'payload', 'plan.json', 'scripts'].sort(),
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
    const answer = await agent.session.call('open', 'plain/shop', 'no', 'r1', 'run: r1\n', '{}', '', 's1')
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

/** A folder on a file system of 200 KiB of its own, which only root can mount; `fill` takes the rest of it. */
async function withSmallDisk(shell: Shell, use: (agent: Agent, folder: string, fill: () => void) => Promise<void>) {
  const agent = await startAgent(shell)
  const folder = join(agent.home, 'small')
  mkdirSync(folder)
  if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', folder])
  try {
    await use(agent, folder, () => (isRoot ? fillDisk(folder) : chmodSync(folder, 0o555)))
  } finally {
    await agent.session.close()
    if (isRoot) execFileSync('umount', ['-l', folder])
    else chmodSync(folder, 0o755)
    await agent.end()
  }
}

function fillDisk(folder: string): void {
  try {
    for (;;) writeFileSync(join(folder, 'fill'), Buffer.alloc(4096), { flag: 'a' })
  } catch (cause) {
    if (!String(cause).includes('ENOSPC')) throw cause
  }
}

/** Makes a journal so long that `room` bytes are left in its last page. */
function padJournal(journal: string, room: number): void {
  const missing = 2 * 4096 - room - statSync(journal).size
  writeFileSync(journal, `${'x'.repeat(missing - 1)}\n`, { flag: 'a' })
}

// A full disk is one that root mounts; anyone else sees a folder or file that can't be written, which is refused alike.
describe.each([dash, bash, busyboxAlone])('on a full disk under $name', (shell) => {
  test('a bundle that has no room is not left behind in halves', () =>
    withSmallDisk(shell, async (agent, folder, fill) => {
      fill()
      const answer = await agent.session.call(
        'open',
        'small/shop',
        'yes',
        'r1',
        'run: r1\n',
        'x'.repeat(9_000),
        '',
        's1',
      )
      expect(answer.words).toEqual(['unfit'])
      expect(existsSync(join(folder, 'shop'))).toBe(false)
    }))

  test('a step whose begin can not be recorded does not run', () =>
    withSmallDisk(shell, async (agent, folder, fill) => {
      const journal = join(folder, 'shop/journal')
      expect(await open(agent, { bundle: 'small/shop' })).toBe('opened')
      padJournal(journal, 0)
      fill()
      if (!isRoot) chmodSync(journal, 0o444)
      const { reason, heard } = await runSteps(agent, [script('true >ran')])
      expect([reason, heard[0]?.begun, existsSync(join(agent.home, 'ran'))]).toEqual(['unfit', false, false])
    }))

  test('an end that can not be recorded is told by the name of its output, and the next step does not run', () =>
    withSmallDisk(shell, async (agent, folder) => {
      const journal = join(folder, 'shop/journal')
      expect(await open(agent, { bundle: 'small/shop' })).toBe('opened')
      padJournal(journal, '2026-11-20T12:00:00Z begin 1 1 s1 remote\n'.length)
      const first = isRoot ? `dd if=/dev/zero of=${folder}/fill bs=4096 2>/dev/null; true` : `chmod 444 ${journal}`
      const { reason, heard } = await runSteps(agent, [script(first), script('true >ran')])
      expect([reason, heard.map(({ end }) => end)]).toEqual(['unfit', ['OK 0 -', undefined]])
      expect(existsSync(join(agent.home, 'ran'))).toBe(false)
      expect((await agent.session.ask('look', 'small/shop')).stdout.toString()).toContain('ended 1-s1.1.out.OK.0\n')
    }))
})
