import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { agentProgram, bootstrap } from '../../src/agent/program.ts'
import { Session } from '../../src/agent/session.ts'
import { connectProcess } from '../../src/transport/process.ts'
import { UnreachableError } from '../../src/words/errors.ts'
import { type Agent, connectShell, dash, runStep, type Shell, script, shells, startAgent } from '../fixtures/agent.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'conc-home-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const nonce = 'n0123456789abcdef'

/** Starts the bootstrap command and hands its stdin over. */
function begin(shell: Shell, program: string) {
  const { command, blob } = bootstrap(program, nonce)
  const child = spawn('/bin/sh', ['-c', command.replace('/bin/sh', shell.command)], {
    env: { PATH: shell.path, HOME: home },
  })
  let said = ''
  child.stdin.on('error', () => {})
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('latin1')
  })
  return { child, blob: Buffer.from(blob), said: () => said }
}

describe.each(shells)('under $name', (shell) => {
  test('a program that is cut short is not evaluated at all: exit 97', async () => {
    const { child, blob } = begin(shell, `true >ran\n${await agentProgram()}`)
    child.stdin.end(blob.subarray(0, blob.length - 1))
    expect(await once(child, 'close')).toEqual([97, null])
    expect(existsSync(join(home, 'ran'))).toBe(false)
  })

  test('a connection that ends before the first byte evaluates nothing: exit 97', async () => {
    const { child } = begin(shell, 'true >ran')
    child.stdin.end()
    expect(await once(child, 'close')).toEqual([97, null])
  })

  test('a program that arrives byte by byte runs, and takes not a byte of what follows', async () => {
    const { child, blob, said } = begin(shell, `agent_main() { printf 'I am %s\\n' "$1"; cat; }`)
    child.stdin.setDefaultEncoding('latin1')
    for (const byte of blob) {
      child.stdin.write(Uint8Array.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    child.stdin.end('not a request')
    expect(await once(child, 'close')).toEqual([0, null])
    expect(said()).toBe(`I am ${nonce}\nnot a request`)
  })

  test('the end of stdin ends the agent with exit 0 and leaves no folder behind', async () => {
    const { child, blob, said } = begin(shell, await agentProgram())
    child.stdin.end(blob)
    expect(await once(child, 'close')).toEqual([0, null])
    const [, mark, folder = '', where] = said().trim().split(' ')
    expect([mark, where]).toEqual(['R', home])
    expect(existsSync(folder)).toBe(false)
  })

  test('a request that is cut short is not evaluated', async () => {
    const { child, blob } = begin(shell, await agentProgram())
    child.stdin.write(blob)
    child.stdin.end(`40\ntrue >ran; `)
    expect(await once(child, 'close')).toEqual([0, null])
    expect(existsSync(join(home, 'ran'))).toBe(false)
  })
})

async function echoThrough(agent: Agent): Promise<string> {
  const heard = await runStep(agent, script('echo "$0" one; echo two >&2', {}))
  return `${heard.end} ${heard.stdout} ${heard.stderr}`
}

test.each([
  ['fish', ['fish', '-c']],
  ['tcsh', ['tcsh', '-f', '-c']],
  ['bash', ['bash', '-c']],
  ['busybox sh', ['busybox', 'sh', '-c']],
])('the agent starts under %s as the login shell', async (_, login) => {
  const agent = await startAgent(dash, { login })
  expect(await echoThrough(agent)).toBe('OK 0 - sh one\n two\n')
  await agent.end()
})

// bash reads .bashrc when its stdin is a socket, as under sshd and here.
test('an rc file that prints on both streams and is slow does no harm', async () => {
  writeFileSync(join(home, '.bashrc'), 'echo R /tmp /root; echo noise >&2; sleep 0.3; printf "no newline"\n')
  const agent = await startAgent(dash, { home, login: ['bash', '-c'] })
  expect(await echoThrough(agent)).toBe('OK 0 - sh one\n two\n')
  await agent.end()
})

test('a .cshrc that prints does no harm', async () => {
  writeFileSync(join(home, '.cshrc'), 'echo welcome\n')
  const agent = await startAgent(dash, { home, login: ['tcsh', '-c'] })
  expect(await echoThrough(agent)).toBe('OK 0 - sh one\n two\n')
  await agent.end()
})

test('a login that ends with exit 0 without running the agent is told as such, with what it said', async () => {
  writeFileSync(join(home, '.bashrc'), 'echo this account is closed; exit 0\n')
  const connection = connectShell(dash, { home, login: ['bash', '-c'] })
  const start = Session.start(connection, 5_000)
  await expect(start).rejects.toThrow(UnreachableError)
  await expect(start).rejects.toThrow('It said: this account is closed')
  await connection.close()
})

test('a shell that says nothing is given up after the patience', async () => {
  const connection = connectProcess(['/bin/sh', '-c', 'exec sleep 60'])
  await expect(Session.start(connection, 100)).rejects.toThrow(UnreachableError)
  await connection.close()
})

test('a node that lacks a tool is told which', async () => {
  const bin = join(home, 'bin')
  const connection = connectShell({ ...dash, path: bin }, { home })
  await expect(Session.start(connection, 5_000)).rejects.toThrow(UnreachableError)
  await connection.close()
})

test('a home that is not there is told', async () => {
  const connection = connectShell(dash, { home: join(home, 'gone') })
  await expect(Session.start(connection, 5_000)).rejects.toThrow(`home ${home}/gone can't be entered`)
  await connection.close()
})
