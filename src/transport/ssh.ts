import { UnreachableError } from '../words/errors.ts'
import { dial } from './dial.ts'
import { describe, HostKeyRefused, readHostKeys, rememberHostKey } from './host-keys.ts'
import { type LoginPlan, planLogin } from './login.ts'
import { readyLimit, startSession } from './session.ts'
import type { Target } from './target.ts'
import type { Connection, Prompts } from './types.ts'

export interface ConnectOptions {
  /** Asked for passphrases, passwords and new host keys; nobody is asked without it. */
  readonly prompts?: Prompts
  /** Gives the attempt up; it has no effect once connected. */
  readonly signal?: AbortSignal
}

/**
 * Connects and logs in to a machine, its host key verified.
 * Throws UnreachableError, one sentence that begins with the node's name, for whatever stands in the way.
 */
export async function connectSsh(target: Target, options: ConnectOptions = {}): Promise<Connection> {
  try {
    const plan = await planLogin(target, options.prompts)
    return await attempt(target, plan, options).catch(async (error: unknown) => {
      if (!(await isTrustedNow(error, target, options))) throw error
      return attempt(target, plan, options)
    })
  } catch (error) {
    if (error instanceof UnreachableError) throw new UnreachableError(`${target.name}: ${error.message}`)
    throw error
  }
}

async function attempt(target: Target, plan: LoginPlan, { prompts, signal }: ConnectOptions): Promise<Connection> {
  const hostKeys = await readHostKeys(target.hostKey)
  const socket = await dial(target, readyLimit, signal)
  const { connection, newKey } = await startSession(socket, { target, hostKeys, plan, prompts, signal })
  if (!newKey) return connection
  try {
    await rememberHostKey(target.hostKey, newKey)
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}

// The question comes between two connections: sshd does not wait for a person's answer.
async function isTrustedNow(error: unknown, target: Target, { prompts }: ConnectOptions): Promise<boolean> {
  if (!prompts || !(error instanceof HostKeyRefused) || error.kind !== 'unknown') return false
  if (target.hostKey.kind !== 'known-hosts' || target.hostKey.mode !== 'ask') return false
  const place = `${target.name} (${target.host} port ${target.port})`
  if (!(await prompts.confirm(`The host key of ${place} is not known: ${describe(error.key)}. Trust it from now on?`)))
    return false
  await rememberHostKey(target.hostKey, error.key)
  return true
}
