import { UnreachableError } from '../words/errors.ts'
import { BeyondSsh2 } from './beyond.ts'
import { whyTheSystems } from './choice.ts'
import { type ConnectOptions, connectSsh2 } from './ssh2.ts'
import { connectSystemSsh } from './system-ssh.ts'
import type { Target } from './target.ts'
import type { Connection } from './types.ts'

export type { ConnectOptions } from './ssh2.ts'

/**
 * Connects and logs in to a machine, its host key verified: by ssh2, or by the system's own ssh where the target says so
 * or ssh2 can't do what the machine needs.
 * Throws UnreachableError, one sentence that begins with the node's name, for whatever stands in the way.
 */
export async function connectSsh(target: Target, options: ConnectOptions = {}): Promise<Connection> {
  if (target.transport === 'ssh') return bySystemSsh(target, options, 'transport = ssh')
  if (target.transport === 'ssh2') return connectSsh2(target, options)
  const why = await whyTheSystems(target)
  if (why !== undefined) return bySystemSsh(target, options, why)
  return connectSsh2(target, options).catch((error: unknown) => {
    // Keys in memory are in no file that ssh could read.
    if (!(error instanceof BeyondSsh2) || target.login.privateKeys.length > 0) throw error
    return connectSystemSsh(target, options, error.why).catch((second: unknown) => {
      if (!(second instanceof UnreachableError)) throw second
      const said = second.message.replace(`${target.name}: `, '')
      throw new UnreachableError(`${error.message} The system's ssh did no better: ${said}`)
    })
  })
}

/** By the system's ssh; when that fails, why it was used is told. */
async function bySystemSsh(target: Target, options: ConnectOptions, why: string): Promise<Connection> {
  return connectSystemSsh(target, options, why).catch((error: unknown) => {
    if (!(error instanceof UnreachableError) || error.message.includes(why)) throw error
    throw new UnreachableError(`${error.message} (The system's ssh was used: ${why}.)`)
  })
}
