import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type Agent,
  bash,
  dash,
  endProcess,
  groupEnds,
  isAlive,
  pidIn,
  runStep,
  runSteps,
  type Shell,
  script,
  shells,
  startAgent,
} from '../fixtures/agent.ts'
import { currentUser, isRoot, knownUser } from '../fixtures/users.ts'

/** Gives each case an agent of its own, and looks that nothing of it is left when it ends. */
async function withAgent(shell: Shell, use: (agent: Agent, file: (name: string) => string) => Promise<void>) {
  const agent = await startAgent(shell)
  try {
    await use(agent, (name) => join(agent.home, name))
    await agent.session.close()
    await groupEnds(agent.pid)
  } finally {
    await agent.end()
  }
}

describe.concurrent.each(shells)('under $name', { timeout: 60_000 }, (shell) => {
  test('a step over its time is TIMED OUT and its whole tree is dead, also what ignores TERM', () =>
    withAgent(shell, async (agent, file) => {
      const child = `trap "" TERM; echo $$ >child; while :; do sleep 1; done`
      const tree = `trap '' TERM; echo $$ >top; sh -c '${child}' & wait`
      const { end } = await runStep(agent, script(tree, { limit: 0.3 }))
      expect(end).toBe('TIMED_OUT 137 KILL')
      for (const name of ['top', 'child']) expect(isAlive(await pidIn(file(name)))).toBe(false)
    }))

  test('a step over its time that obeys TERM is dead at once, and the next step has its own time', () =>
    withAgent(shell, async (agent) => {
      const began = Date.now()
      expect((await runStep(agent, { argv: ['sleep', '60'], limit: 0.2 })).end).toBe('TIMED_OUT 143 TERM')
      expect(Date.now() - began).toBeLessThan(3_000)
      expect((await runStep(agent, { argv: ['sleep', '0.5'], limit: 20 })).end).toBe('OK 0 -')
    }))

  test('stop_here ends the step within two seconds, and nothing follows it', () =>
    withAgent(shell, async (agent, file) => {
      const work = runSteps(agent, [script('echo $$ >stopping; exec sleep 60'), script('true >after-stop')])
      const pid = await pidIn(file('stopping'))
      const began = Date.now()
      agent.session.send('stop_here')
      const { reason, heard } = await work
      expect([reason, heard[0]?.end, heard[1]?.begun]).toEqual(['ended', 'STOPPED 143 TERM', false])
      expect(Date.now() - began).toBeLessThan(2_000)
      expect([isAlive(pid), existsSync(file('after-stop'))]).toEqual([false, false])
    }))

  test.each([
    ['stdout', '2>/dev/null'],
    ['stderr', '>/dev/null'],
    ['both streams', ''],
  ])('a process left behind that holds %s does not hold the run, and lives on', (_, other) =>
    withAgent(shell, async (agent, file) => {
      const daemon =
        'echo $$ >pid; while [ ! -e go ]; do sleep 0.05; done; echo late; echo late >&2; echo >said; exec sleep 60'
      const leave = `echo before; setsid sh -c '${daemon}' ${other} & while [ ! -s pid ]; do sleep 0.05; done`
      const next = 'true >go; while [ ! -s said ]; do sleep 0.05; done; sleep 0.2; echo next'
      const { heard } = await runSteps(agent, [script(leave), script(next)])
      const pid = await pidIn(file('pid'))
      try {
        expect(heard.map(({ end }) => end)).toEqual(['OK 0 -', 'OK 0 -'])
        expect(heard[0]?.infos.join()).toContain('left behind')
        expect(heard.map(({ stdout, stderr }) => `${stdout}${stderr}`)).toEqual(['before\n', 'next\n'])
        expect(isAlive(pid)).toBe(true)
      } finally {
        endProcess(pid)
      }
    }),
  )

  test('a worker that gets TERM or HUP goes on with its step and tells its true end', () =>
    withAgent(shell, async (agent, file) => {
      const parent = `{ IFS= read -r s </proc/$$/stat; set -- \${s##*") "}; p=$2; }`
      const text = `${parent}; kill -TERM $p; kill -HUP $p; sleep 1.5; echo >survived; exit 6`
      expect((await runStep(agent, script(text))).end).toBe('FAILED 6 -')
      expect(existsSync(file('survived'))).toBe(true)
    }))

  // bash loses such a child now and then, busybox its name for the signal.
  test('a step that dies as a signal comes to its worker is told as dead or unknown, by no code of another', () =>
    withAgent(shell, async (agent) => {
      const parent = `{ IFS= read -r s </proc/$$/stat; set -- \${s##*") "}; p=$2; }`
      const text = `${parent}; kill -ALRM $p; kill -TERM $p; kill -KILL $$`
      for (let i = 0; i < 4; i++)
        expect((await runStep(agent, script(text))).end).toMatch(/^(FAILED 137 (KILL|-)|ERROR - -)$/)
    }))

  test('a limit that ends just after its step does not end the next', () =>
    withAgent(shell, async (agent) => {
      const near = [0.046, 0.05, 0.054, 0.058].map((limit) => ({ argv: ['sleep', '0.05'], limit }))
      // bash 5.2 may lose the status of a child that dies as a signal comes: then it is not known, and told so.
      const ends = shell === bash ? /^(OK 0 -|TIMED_OUT .*|ERROR - -)$/ : /^(OK 0 -|TIMED_OUT .*)$/
      for (const step of near) {
        const [first, second] = (await runSteps(agent, [step, { argv: ['sleep', '0.1'] }])).heard
        expect(first?.end).toMatch(ends)
        if (first?.end === 'OK 0 -') expect(second?.end).toBe('OK 0 -')
      }
    }))
})

// A program that becomes root stands for sudo; who is not root can make none, so the process is then only its own.
describe.concurrent('a step of another user', () => {
  test('that the agent can not end is ERROR, never TIMED OUT', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'conc-root-'))
    chmodSync(folder, 0o755)
    copyFileSync('/usr/bin/setpriv', join(folder, 'become'))
    chmodSync(join(folder, 'become'), 0o4755)
    const user = isRoot ? knownUser('conc-test') : currentUser()
    const login = ['setpriv', '--reuid', user.name, '--regid', user.name, '--clear-groups', '/bin/sh', '-c']
    const agent = await startAgent(dash, { home: user.home, ...(isRoot ? { login } : {}) })
    const pidFile = join(folder, 'pid')
    const [become, ...nap] = [join(folder, 'become'), '--reuid', '0', 'sh', '-c', `echo $$ >${pidFile}; exec sleep 60`]
    try {
      const heard = await runStep(agent, { argv: isRoot ? [become ?? '', ...nap] : ['sleep', '60'], limit: 0.3 })
      expect(heard.end).toMatch(isRoot ? /^ERROR / : /^TIMED_OUT /)
      if (isRoot) expect(isAlive(await pidIn(pidFile))).toBe(true)
    } finally {
      if (existsSync(pidFile)) endProcess(await pidIn(pidFile))
      await agent.end()
      rmSync(folder, { recursive: true })
    }
  })
})
