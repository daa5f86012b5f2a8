import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isAlive, journalOf, open, runSteps, script, shells, startAgent, stepLine } from '../fixtures/agent.ts'
import { until } from '../fixtures/until.ts'

describe.each(shells)('under $name', (shell) => {
  test('what is sent behind a request for the lock begins only with it', async () => {
    const holder = await startAgent(shell)
    expect(await open(holder)).toBe('opened')
    const second = await startAgent(shell, { home: holder.home })
    const opening = open(second, { run: 'r2' })
    const line = stepLine(1, script('touch ran'))
    const reason = await second.session.work(['in_bundle', line], new Map())
    expect([await opening, reason, existsSync(join(holder.home, 'ran'))]).toEqual(['blocked', 'unopened', false])
    await second.end()
    expect((await runSteps(holder, [script('touch ran')])).reason).toBe('done')
    expect(existsSync(join(holder.home, 'ran'))).toBe(true)
    await holder.end()
  })

  test('after its last step the agent goes by itself, and not before', async () => {
    const agent = await startAgent(shell)
    expect(await open(agent)).toBe('opened')
    expect(await agent.session.work([stepLine(1, script('exit 3')), 'retire'], new Map([['1', {}]]))).toBe('ended')
    expect(isAlive(agent.pid)).toBe(true)
    const { folder } = agent.session
    const again = stepLine(1, { ...script('true'), attempt: 2 })
    expect(await agent.session.work([again, 'retire'], new Map([['1', {}]]))).toBe('done')
    await until(() => !isAlive(agent.pid))
    await until(() => !existsSync(folder))
    expect(journalOf(agent).at(-1)).toBe('end 1 2 s1 OK exit=0 signal=-')
    await agent.end()
  })
})
