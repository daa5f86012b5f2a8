import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, bash, runStep, script, shells, startAgent } from '../fixtures/agent.ts'

const signals: readonly (readonly [string, number])[] = [
  ['TERM', 143],
  ['KILL', 137],
  ['SEGV', 139],
  ['HUP', 129],
]

describe.each(shells)('under $name', (shell) => {
  let agent: Agent
  beforeAll(async () => {
    agent = await startAgent(shell)
  })
  afterAll(() => agent.end())

  test.each([
    [0, 'OK 0 -'],
    [1, 'FAILED 1 -'],
    [2, 'FAILED 2 -'],
    [126, 'FAILED 126 -'],
    [127, 'FAILED 127 -'],
    [255, 'FAILED 255 -'],
  ])('exit %i is %s', async (code, end) => {
    expect((await runStep(agent, script(`exit ${code}`))).end).toBe(end)
  })

  // dash and busybox lose the name, not the code, of one in some hundred that are dead before they are waited for.
  test.each(signals)('death by SIG%s is FAILED and the signal has its name', async (name, code) => {
    const ends = new Set<string>()
    for (let i = 0; i < 4; i++) ends.add((await runStep(agent, script(`kill -${name} $$`))).end ?? '')
    ends.delete(`FAILED ${code} -`)
    expect([...ends]).toEqual([`FAILED ${code} ${name}`])
  })

  test('exit 137 is an exit where the shell can tell it from a death', async () => {
    const told = shell === bash ? 'KILL' : '-'
    expect((await runStep(agent, script('exit 137'))).end).toBe(`FAILED 137 ${told}`)
  })

  test('exit 130 is FAILED', async () => {
    expect((await runStep(agent, script('exit 130'))).end).toMatch(/^FAILED 130 (INT|-)$/)
  })

  test('a program that is not there is FAILED 127, one that is no program FAILED 126', async () => {
    expect((await runStep(agent, { argv: ['no-such-program'] })).end).toBe('FAILED 127 -')
    expect((await runStep(agent, { argv: ['/etc/passwd'] })).end).toBe('FAILED 126 -')
  })

  test('a step starts in its directory', async () => {
    expect((await runStep(agent, { argv: ['pwd'], dir: '/usr' })).stdout.toString()).toBe('/usr\n')
    expect((await runStep(agent, { argv: ['pwd'] })).stdout.toString()).toBe(`${agent.home}\n`)
  })

  test('a directory that is not there is FAILED, and the step does not run elsewhere', async () => {
    const heard = await runStep(agent, { argv: ['pwd'], dir: '-no such' })
    expect(heard.end).toBe('FAILED 1 -')
    expect(heard.stdout.toString()).toBe('')
    expect(heard.stderr.toString()).toContain('-no such')
  })
})
