import type { Attributes } from '../deployfile/types.ts'
import type { HostKeyMode } from '../transport/policy.ts'
import { resolveTarget } from '../transport/resolve.ts'
import { connectSsh } from '../transport/ssh.ts'
import type { SshAnswers } from '../transport/ssh-config.ts'
import type { Connection, Prompts } from '../transport/types.ts'
import { connectEmbedded } from './embedded.ts'

export interface NodeEnvironment {
  /** The workstation's home. */
  readonly home: string
  readonly stateFolder: string
  /** The deploy file's folder. */
  readonly folder: string
  readonly agentSocket?: string
  readonly sshAnswers?: SshAnswers
  readonly hostKeyDefault: HostKeyMode
  readonly prompts?: Prompts
  readonly signal?: AbortSignal
}

/** Logs in to a node by its attributes: over SSH, to the embedded node where it says so. Throws UnreachableError, UsageError. */
export async function connectNode(attributes: Attributes, env: NodeEnvironment): Promise<Connection> {
  const of = (key: string) => attributes.get(key)?.value ?? ''
  if (of('embedded') === 'yes') {
    const { stateFolder, folder } = env
    return connectEmbedded({ stateFolder, folder, node: of('name'), bundle: of('bundle') })
  }
  const { home, agentSocket, sshAnswers, hostKeyDefault, prompts, signal } = env
  const target = await resolveTarget(attributes, {
    home,
    hostKeyDefault,
    ...(agentSocket === undefined ? {} : { agentSocket }),
    ...(sshAnswers === undefined ? {} : { sshAnswers }),
  })
  return connectSsh(target, {
    ...(prompts === undefined ? {} : { prompts }),
    ...(signal === undefined ? {} : { signal }),
  })
}
