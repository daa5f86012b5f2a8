import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type Agent,
  bash,
  busyboxAlone,
  dash,
  endProcess,
  groupEnds,
  journalOf,
  open,
  pidIn,
  processesOf,
  runSteps,
  type Shell,
  script,
  startAgent,
} from '../fixtures/agent.ts'
import { until } from '../fixtures/until.ts'

/** Begins a step that waits for the file `go` and prints, and one after it. */
async function beginStep(shell: Shell): Promise<{ agent: Agent; file: (name: string) => string }> {
  const agent = await startAgent(shell)
  const file = (name: string) => join(agent.home, name)
  expect(await open(agent)).toBe('opened')
  const first =
    'echo $$ >begun; while [ ! -e go ]; do echo tick; echo tock >&2; sleep 0.05; done; echo last; echo >done'
  runSteps(agent, [script(first), script('echo >second')]).catch(() => {})
  await pidIn(file('begun'))
  return { agent, file }
}

const recorded = ['open r1', 'begin 1 1 s1 remote', 'end 1 1 s1 OK exit=0 signal=-']

describe.concurrent.each([dash, bash, busyboxAlone])('under $name', (shell) => {
  test('a cut connection loses neither the step nor its end, starts nothing more and leaves nothing behind', async () => {
    const { agent, file } = await beginStep(shell)
    agent.cut()
    await until(() => existsSync(file('.conc/shop/epoch.1/lost')))
    runGo(agent)
    await groupEnds(agent.pid)
    expect(journalOf(agent)).toEqual(recorded)
    expect([existsSync(file('done')), existsSync(file('second'))]).toEqual([true, false])
    expect(readFileSync(file('.conc/shop/output/1-s1.1.out'), 'utf8')).toMatch(/^(tick\n)+last\n$/)
    expect(existsSync(agent.session.folder)).toBe(false)
    expect(existsSync(file('.conc/shop/epoch.1/lost'))).toBe(true)
    await agent.end()
  })

  test('kill -9 of the agent leaves the worker, which finishes the step, records it and starts nothing more', async () => {
    const { agent, file } = await beginStep(shell)
    endProcess(agent.pid)
    expect(processesOf(agent.pid).length).toBeGreaterThan(1)
    runGo(agent)
    // The agent's watch looks every five seconds.
    await groupEnds(agent.pid, 10_000)
    expect(journalOf(agent)).toEqual(recorded)
    expect([existsSync(file('done')), existsSync(file('second'))]).toEqual([true, false])
    expect(existsSync(agent.session.folder)).toBe(false)
    await agent.end()
  })

  test('an agent whose answers nobody reads any more ends in order, and says on the node that its runner is gone', async () => {
    const agent = await startAgent(shell)
    expect(await open(agent)).toBe('opened')
    agent.cutOutputs()
    agent.session.ask('true').catch(() => {})
    await until(() => existsSync(join(agent.home, '.conc/shop/epoch.1/lost')))
    await groupEnds(agent.pid)
    expect(existsSync(agent.session.folder)).toBe(false)
    await agent.end()
  })

  test('kill -9 of the worker leaves a begin without an end, and the session says that it is lost', async () => {
    const { agent } = await beginStep(shell)
    const worker = Number(readFileSync(join(agent.home, '.conc/shop/epoch.1/worker'), 'utf8').split(' ')[0])
    endProcess(worker)
    endProcess(await pidIn(join(agent.home, 'begun')))
    await agent.session.close()
    expect(journalOf(agent)).toEqual(recorded.slice(0, 2))
    await groupEnds(agent.pid)
    await agent.end()
  })
})

test('a connection whose outputs alone are cut runs no step that nobody can hear', async () => {
  const agent = await startAgent(dash)
  expect(await open(agent)).toBe('opened')
  agent.cutOutputs()
  agent.session.work(['step 1 s1 1 - "" sh -c "echo >ran"'], new Map()).catch(() => {})
  await expect.poll(() => journalOf(agent)).toEqual(['open r1', 'begin 1 1 s1 remote', 'void 1 1 s1'])
  expect(existsSync(join(agent.home, 'ran'))).toBe(false)
  await agent.end()
})

function runGo({ home }: Agent): void {
  writeFileSync(join(home, 'go'), '')
}
