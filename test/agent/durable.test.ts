import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  type Agent,
  bash,
  busybox,
  dash,
  endProcess,
  groupEnds,
  journalOf,
  pidIn,
  runSteps,
  type Shell,
  script,
  startAgent,
} from '../fixtures/agent.ts'

/** Tools of our own, found before the system's. */
const base = mkdtempSync(join(tmpdir(), 'conc-tools-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

function withTools(shell: Shell, name: string, tools: Readonly<Record<string, string>>): Shell {
  const folder = join(base, `${shell.name.replaceAll(' ', '-')}-${name}`)
  mkdirSync(folder)
  for (const [tool, text] of Object.entries(tools)) {
    writeFileSync(join(folder, tool), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, tool), 0o755)
  }
  return { ...shell, path: `${folder}:${shell.path}` }
}

async function openDurable({ session }: Pick<Agent, 'session'>): Promise<void> {
  const { words } = await session.call('open', '.conc/shop', 'yes', 'r1', 'run: r1\n', '{}', 'ls\n', 's1 s2 s3')
  expect(words).toEqual(['opened'])
}

const counted = 'echo "$*" >>"$HOME/syncs"'
const steps = [script('true'), script('true'), script('true')]
const end = 'end 3 1 s3 OK exit=0 signal=-'

describe.concurrent.each([dash, bash, busybox])('under $name', (shell) => {
  test.each([
    ['is asked for with each record, where the file system does not do it by itself', 'exit 1', 4],
    ['costs no process where it does', 'exit 0', 0],
  ])('that a record is on the disk %s', async (name, chattr, most) => {
    const agent = await startAgent(withTools(shell, name.slice(0, 8).replaceAll(' ', '-'), { sync: counted, chattr }))
    await openDurable(agent)
    writeFileSync(join(agent.home, 'syncs'), '')
    const { reason } = await runSteps(agent, steps)
    expect([reason, journalOf(agent).at(-1)]).toEqual(['done', end])
    const syncs = readFileSync(join(agent.home, 'syncs'), 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('journal'))
    expect(syncs).toHaveLength(most)
    await agent.end()
  })

  test('the time is asked for once a minute: the kernel tells how far it is', async () => {
    const date = 'echo asked >>"$HOME/asked"; echo 2026-11-20T12:00 08'
    const agent = await startAgent(withTools(shell, 'clock', { date, chattr: 'exit 1' }))
    await openDurable(agent)
    await runSteps(agent, [script('sleep 1.1'), script('true')])
    const journal = readFileSync(join(agent.home, '.conc/shop/journal'), 'utf8')
    const times = journal.split('\n').flatMap((line) => /^2026-11-20T12:00:(\d\d)Z /.exec(line)?.[1] ?? [])
    expect([times.length, times[0], times]).toEqual([5, '08', times.toSorted()])
    expect(['09', '10', '11']).toContain(times.at(-1))
    expect(readFileSync(join(agent.home, 'asked'), 'utf8')).toBe('asked\n')
    await agent.end()
  })

  test('a worker that is killed while it records a step leaves no reader of that step behind', async () => {
    const slow = `case $* in *journal) [ ! -e "$HOME/slow" ] || { echo $PPID >"$HOME/recording"; sleep 2; } ;; esac`
    const agent = await startAgent(withTools(shell, 'slow', { sync: slow, chattr: 'exit 1' }))
    await openDurable(agent)
    writeFileSync(join(agent.home, 'slow'), '')
    runSteps(agent, [script('true >ran')]).catch(() => {})
    endProcess(await pidIn(join(agent.home, 'recording')))
    agent.cut()
    await groupEnds(agent.pid)
    expect(existsSync(join(agent.home, 'ran'))).toBe(false)
    await agent.end()
  })

  test('a step that may not begin after all leaves no process behind, and the batch ends', async () => {
    const gone = `case $* in *journal) [ ! -e "$HOME/taken" ] || mkdir "$HOME/.conc/shop/epoch.2" ;; esac`
    const agent = await startAgent(withTools(shell, 'gone', { sync: gone, chattr: 'exit 1' }))
    await openDurable(agent)
    writeFileSync(join(agent.home, 'taken'), '')
    const { reason } = await runSteps(agent, [script('true >ran')])
    expect([reason, existsSync(join(agent.home, 'ran'))]).toEqual(['fenced', false])
    expect(journalOf(agent)).toEqual(['open r1', 'begin 1 1 s1 remote', 'void 1 1 s1'])
    agent.cut()
    await groupEnds(agent.pid)
    await agent.end()
  })
})
