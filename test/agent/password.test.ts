import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Agent,
  contentOf,
  endProcess,
  groupEnds,
  open,
  pidIn,
  script,
  shells,
  startAgent,
  stepLine,
} from '../fixtures/agent.ts'

/** A sudo that takes one password alone, and asks again when it is another. */
const sudo = `#!/bin/sh
fifo=$4
while [ "$1" != -- ]; do shift; done
shift
[ "$("$SUDO_ASKPASS" "$fifo")" != right ] || exec "$@"
[ -n "$("$SUDO_ASKPASS" "$fifo")" ] || exit 1
exit 2
`
const bin = mkdtempSync(join(tmpdir(), 'conc-sudo-'))
writeFileSync(join(bin, 'sudo'), sudo)
chmodSync(join(bin, 'sudo'), 0o755)
afterAll(() => rmSync(bin, { recursive: true }))

describe.each(shells)('a step by sudo under $name', (shell) => {
  let agent: Agent
  beforeEach(async () => {
    agent = await startAgent(shell, { env: { PATH: `${bin}:${shell.path}` } })
  })
  afterEach(() => agent.end())

  const run = async (password: string, text: string) => {
    const heard: string[] = []
    const listener = {
      end: (words: readonly string[]) => heard.push(words.join(' ')),
      info: (said: string) => heard.push(said),
    }
    agent.session.send(`keep_password ${password}`)
    const line = `{ s_as=root; ${stepLine(1, script(text))}; }`
    return { reason: await agent.session.work([line], new Map([['1', listener]])), heard }
  }

  test('runs with the right password, and nobody is told of it', async () => {
    expect(await run('right', 'exit 0')).toEqual({ reason: 'done', heard: ['OK 0 -'] })
  })

  test('does not run with another, gets no second one, and that is told each time', async () => {
    const refused = { reason: 'ended', heard: [expect.stringMatching(/^sudo refused the password/), 'FAILED 1 -'] }
    expect(await run('old', 'exit 0')).toEqual(refused)
    expect(await run('older', 'exit 0')).toEqual(refused)
    expect(await run('right', 'exit 0')).toEqual({ reason: 'done', heard: ['OK 0 -'] })
  })

  test('leaves nobody who waits to give the password when what watched it is killed', async () => {
    expect(await open(agent)).toBe('opened')
    const file = (name: string) => join(agent.home, name)
    run('right', `echo $$ >pid; while [ ! -e go ]; do sleep 0.05; done`).catch(() => {})
    await pidIn(file('pid'))
    const [worker] = (await contentOf(file('.conc/shop/epoch.1/worker'))).split(' ')
    endProcess(Number(worker))
    writeFileSync(file('go'), '')
    await agent.session.close()
    await groupEnds(agent.pid)
  })
})
