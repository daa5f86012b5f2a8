import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Agent,
  endProcess,
  isAlive,
  journalOf,
  open,
  pidIn,
  runStep,
  runSteps,
  script,
  shells,
  startAgent,
} from '../fixtures/agent.ts'

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

  test('a step over its time is TIMED OUT and its whole tree is dead, also what ignores TERM', async () => {
    const tree = `(trap '' TERM; echo $$ >top; sh -c 'trap "" TERM; echo $$ >child; while :; do sleep 1; done') & wait`
    const began = Date.now()
    const { end } = await runStep(agent, script(tree, { limit: 0.3 }))
    expect(end).toMatch(/^TIMED_OUT \d+ [A-Z]+$/)
    expect(Date.now() - began).toBeGreaterThan(5_000)
    for (const name of ['top', 'child']) expect(isAlive(await pidIn(file(name)))).toBe(false)
  })

  test('a step over its time that obeys TERM is dead at once, and the next step has its own time', async () => {
    const began = Date.now()
    expect((await runStep(agent, { argv: ['sleep', '60'], limit: 0.2 })).end).toBe('TIMED_OUT 143 TERM')
    expect(Date.now() - began).toBeLessThan(3_000)
    expect((await runStep(agent, { argv: ['sleep', '0.5'], limit: 20 })).end).toBe('OK 0 -')
  })

  test('stop_here ends the step, and nothing follows it', async () => {
    const work = runSteps(agent, [script('echo $$ >stopping; exec sleep 60'), script('true >after-stop')])
    const pid = await pidIn(file('stopping'))
    const began = Date.now()
    agent.session.send('stop_here')
    const { reason, heard } = await work
    expect([reason, heard[0]?.end, heard[1]?.begun]).toEqual(['ended', 'STOPPED 143 TERM', false])
    expect(Date.now() - began).toBeLessThan(2_000)
    expect([isAlive(pid), existsSync(file('after-stop'))]).toEqual([false, false])
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

  test.each([
    ['stdout', '2>/dev/null'],
    ['stderr', '>/dev/null'],
    ['both streams', ''],
  ])('a process left behind that holds %s does not hold the run, and lives on', async (_, other) => {
    const name = `daemon${other.length}`
    const daemon = `echo $$ >${name}; while [ ! -e ${name}.go ]; do sleep 0.05; done; echo late; echo late >&2; echo >${name}.said`
    const began = Date.now()
    const text = `echo before; setsid sh -c '${daemon}' ${other} & while [ ! -s ${name} ]; do sleep 0.05; done`
    const wait = `true >${name}.go; while [ ! -s ${name}.said ]; do sleep 0.05; done; sleep 0.2; echo next`
    const { heard } = await runSteps(agent, [script(text), script(wait)])
    expect(Date.now() - began).toBeLessThan(8_000)
    expect(heard.map(({ end }) => end)).toEqual(['OK 0 -', 'OK 0 -'])
    expect(heard[0]?.infos.join()).toContain('left behind')
    expect(heard.map(({ stdout, stderr }) => `${stdout}${stderr}`)).toEqual(['before\n', 'next\n'])
    endProcess(await pidIn(file(name)))
  })

  test('a step that closes its outputs and goes on is waited for', async () => {
    const { end, stdout } = await runStep(agent, script('echo first; exec >&- 2>&-; sleep 0.3; true >closed; exit 5'))
    expect([end, stdout.toString(), existsSync(file('closed'))]).toEqual(['FAILED 5 -', 'first\n', true])
  })

  test('a worker that gets TERM or HUP goes on with its step and tells its true end', async () => {
    const text = `p=$(cut -d ' ' -f 4 /proc/$$/stat); kill -TERM $p; kill -HUP $p; sleep 1.5; echo >survived; exit 6`
    const { end } = await runStep(agent, script(text))
    expect([end, existsSync(file('survived'))]).toEqual(['FAILED 6 -', true])
  })

  test('no time of a step is left over for the next: a hundred that end just at their limit', {
    timeout: 60_000,
  }, async () => {
    for (let i = 0; i < 10; i++) {
      const near = Array.from({ length: 2 }, () => [
        { argv: ['sleep', '0.05'], limit: 0.052 },
        { argv: ['sleep', '0.05'] },
      ]).flat()
      for (const [index, { end }] of (await runSteps(agent, near)).heard.entries())
        if (index % 2 === 1) expect(end ?? 'not begun').toMatch(/^(OK 0 -|not begun)$/)
    }
  })

  test('the end of the session ends no process that a step left, and keeps none of the agent', async () => {
    const other = await startAgent(shell)
    expect(await open(other)).toBe('opened')
    const began = Date.now()
    await runStep(other, { argv: ['true'] })
    await other.session.close()
    expect(Date.now() - began).toBeLessThan(2_000)
    expect(journalOf(other)).toEqual(['open r1', 'begin 1 1 s1 remote', 'end 1 1 s1 OK exit=0 signal=-'])
    await expect.poll(() => processesIn(other.session.folder)).toEqual([])
    await other.end()
  })
})

/** Processes whose command line names a folder. */
function processesIn(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(folder))
    .map((name) => `${name} ${commandLine(name)}`)
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}
