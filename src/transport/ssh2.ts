import type { Client } from 'ssh2'
import { UnreachableError } from '../words/errors.ts'
import { BeyondSsh2 } from './beyond.ts'
import { dial } from './dial.ts'
import { throughHop } from './hop.ts'
import { describe, HostKeyRefused, readHostKeys, rememberHostKey } from './host-keys.ts'
import { type LoginPlan, planLogin } from './login.ts'
import { readyLimit, type Session, startSession } from './session.ts'
import type { Target } from './target.ts'
import type { Connection, Prompts } from './types.ts'

export interface ConnectOptions {
  /** Asked for passphrases, passwords and new host keys; nobody is asked without it. */
  readonly prompts?: Prompts
  /** Gives the attempt up; it has no effect once connected. */
  readonly signal?: AbortSignal
}

/** A machine on the way, logged in to. */
interface Stop {
  readonly name: string
  readonly client: Client
  readonly connection: Connection
  /** Why it is gone; undefined while it is there. */
  lost(): string | undefined
}

/**
 * Connects and logs in to a machine, its jump hosts before it, each host key verified.
 * Throws UnreachableError, one sentence that begins with the node's name, for whatever stands in the way.
 */
export async function connectSsh2(target: Target, options: ConnectOptions = {}): Promise<Connection> {
  const way: Stop[] = []
  try {
    for (const stop of [...(target.jumps ?? []), target]) way.push(await reach(stop, way.at(-1), options))
  } catch (error) {
    await leave(way)
    throw error
  }
  const last = way.at(-1)
  if (!last) throw new UnreachableError(`${target.name}: there is no way to it.`)
  void last.connection.gone.then(() => leave(way.slice(0, -1)))
  return { ...last.connection, close: () => leave(way) }
}

/** From the farthest to the nearest, or the nearer ones would cut those beyond them. */
async function leave(way: readonly Stop[]): Promise<void> {
  for (const { connection } of [...way].reverse()) await connection.close()
}

async function reach(target: Target, from: Stop | undefined, options: ConnectOptions): Promise<Stop> {
  try {
    const plan = await planLogin(target, options.prompts)
    const session = await attempt(target, from, plan, options).catch(async (error: unknown) => {
      if (!(await isTrustedNow(error, target, options))) throw error
      return attempt(target, from, plan, options)
    })
    return { name: target.name, ...session }
  } catch (error) {
    if (error instanceof BeyondSsh2) throw new BeyondSsh2(`${target.name}: ${error.message}`, error.why)
    if (error instanceof UnreachableError)
      throw new UnreachableError(`${target.name}: ${error.message}`, { cause: error })
    throw error
  }
}

async function attempt(
  target: Target,
  from: Stop | undefined,
  plan: LoginPlan,
  { prompts, signal }: ConnectOptions,
): Promise<Session> {
  const hostKeys = await readHostKeys(target.hostKey)
  const { host, port } = target
  const socket = from
    ? await throughHop(from.client, { host, port, hop: from.name, limit: readyLimit, signal })
    : await dial(target, readyLimit, signal)
  const cut = (): string | undefined => {
    const lost = from?.lost()
    return lost === undefined ? undefined : `the connection to ${from?.name} is gone: ${lost}`
  }
  const session = await startSession(socket, { target, hostKeys, plan, prompts, signal, cut })
  if (!session.newKey) return session
  try {
    await rememberHostKey(target.hostKey, session.newKey)
    return session
  } catch (error) {
    await session.connection.close()
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
