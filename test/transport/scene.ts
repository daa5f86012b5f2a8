import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { Target } from '../../src/transport/target.ts'
import type { Prompts } from '../../src/transport/types.ts'
import { UnreachableError } from '../../src/words/errors.ts'
import { runOn } from './contract.ts'

/** Prompts that keep what was asked. */
export interface Asked extends Prompts {
  readonly questions: string[]
}

/** A person with one secret and one opinion. */
export function answering(secret: string | undefined, confirm = false): Asked {
  const questions: string[] = []
  const note = (question: string): void => void questions.push(question)
  return {
    questions,
    secret: async (question) => {
      note(question)
      return secret
    },
    confirm: async (question) => {
      note(question)
      return confirm
    },
  }
}

/** Logs in, runs a command and gives its output. */
export async function echo(target: Target, prompts?: Prompts): Promise<string> {
  const connection = await connectSsh(target, prompts ? { prompts } : {})
  try {
    return (await runOn(connection, 'echo in')).stdout.toString()
  } finally {
    await connection.close()
  }
}

/** The message of the UnreachableError that a login ends in. */
export async function refusal(target: Target, prompts?: Prompts): Promise<string> {
  const error = await echo(target, prompts).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UnreachableError)
  return error instanceof Error ? error.message : ''
}

/** An agent that holds these keys, while something is done with it. */
export async function withAgent(keys: readonly string[], use: (socket: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'conc-agent-'))
  const socket = join(folder, 's')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(agent.stdout, 'data')
  try {
    execFileSync('ssh-add', ['-q', ...keys], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
    await use(socket)
  } finally {
    agent.kill()
    await once(agent, 'exit')
    rmSync(folder, { recursive: true })
  }
}
