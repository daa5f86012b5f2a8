import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, pidIn, runStep, runSteps, script, shells, startAgent } from '../fixtures/agent.ts'

describe.each(shells)('under $name', (shell) => {
  let agent: Agent
  beforeAll(async () => {
    agent = await startAgent(shell, { env: { LC_ALL: 'C.UTF-8' } })
  })
  afterAll(() => agent.end())
  const file = (name: string) => join(agent.home, name)

  test('a step has stdin, stdout and stderr, and nothing of the agent', async () => {
    const leaked = new Set(readdirSync('/proc/self/fd').map(Number))
    const { stdout } = await runStep(agent, script('for fd in /proc/$$/fd/*; do echo "${fd##*/}"; done'))
    const own = stdout.toString().trim().split('\n').map(Number)
    expect(own.filter((fd) => fd < 3)).toEqual([0, 1, 2])
    expect(own).not.toContain(9)
    expect(own.filter((fd) => fd > 2 && !leaked.has(fd))).toEqual([])
  })

  test('stdin of a step is empty', async () => {
    expect((await runStep(agent, { argv: ['cat'] })).end).toBe('OK 0 -')
    expect((await runStep(agent, { argv: ['readlink', '/proc/self/fd/0'] })).stdout.toString()).toBe('/dev/null\n')
  })

  test('a step has the umask and locale of the user', async () => {
    const mask = process.umask().toString(8).padStart(4, '0')
    const { stdout } = await runStep(agent, script('umask; echo "${LC_ALL-none}"'))
    expect(stdout.toString()).toBe(`${mask}\nC.UTF-8\n`)
    const other = await startAgent(shell)
    expect((await runStep(other, script('echo "${LC_ALL-none}"'))).stdout.toString()).toBe('none\n')
    await other.end()
  })

  test('a step does not inherit ignored signals that would keep it alive', async () => {
    const { stdout } = await runStep(
      agent,
      script('while read -r k v; do [ $k != SigIgn: ] || echo $v; done </proc/$$/status'),
    )
    const ignored = BigInt(`0x${stdout.toString().trim()}`)
    const of = (signal: number) => (ignored >> BigInt(signal - 1)) & 1n
    // HUP, PIPE, ALRM, TERM, XFSZ
    expect([1, 13, 14, 15, 25].map(of)).toEqual([0n, 0n, 0n, 0n, 0n])
  })

  test('words of a step come out as they went in', async () => {
    const words = ['', ' ', 'a b', "it's", '"', '$HOME', '`id`', '*', '\\', 'é\u00a0', 'line\nbreak', '#EOS', '-n']
    const { stdout } = await runStep(agent, { argv: ['sh', '-c', 'printf "<%s>" "$@"', 'sh', ...words] })
    expect(stdout.toString()).toBe(words.map((word) => `<${word}>`).join(''))
  })

  test('fifty steps in one write run in their order, and each only after OK', async () => {
    const steps = Array.from({ length: 50 }, (_, i) =>
      script(i === 40 ? `echo ${i} >>order; exit 4` : `echo ${i} >>order`),
    )
    const { reason, heard } = await runSteps(agent, steps)
    expect(reason).toBe('ended')
    expect(readFileSync(file('order'), 'utf8')).toBe(Array.from({ length: 41 }, (_, i) => `${i}\n`).join(''))
    expect(heard.map(({ end }) => end)).toEqual([
      ...Array.from({ length: 40 }, () => 'OK 0 -'),
      'FAILED 4 -',
      ...Array.from({ length: 9 }, () => undefined),
    ])
    expect(heard.map(({ begun }) => begun)).toEqual(steps.map((_, i) => i <= 40))
  })

  test('halt_here lets the step finish and starts no other', async () => {
    const work = runSteps(agent, [
      script('echo >halting; while [ ! -e go ]; do sleep 0.05; done'),
      script('true >after-halt'),
    ])
    await pidIn(file('halting'))
    agent.session.send('halt_here\ntrue >go')
    const { reason, heard } = await work
    expect([reason, heard[0]?.end, heard[1]?.begun]).toEqual(['halted', 'OK 0 -', false])
    expect(existsSync(file('after-halt'))).toBe(false)
    expect((await runStep(agent, { argv: ['true'] })).end).toBe('OK 0 -')
  })

  test('a step that closes its outputs and goes on is waited for', async () => {
    const { end, stdout } = await runStep(agent, script('echo first; exec >&- 2>&-; sleep 0.3; true >closed; exit 5'))
    expect([end, stdout.toString(), existsSync(file('closed'))]).toEqual(['FAILED 5 -', 'first\n', true])
  })
})
