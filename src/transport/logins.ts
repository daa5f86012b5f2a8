import { defaultKeyFiles, expandPath, type KeyFile } from './key-files.ts'
import type { SshConfig } from './ssh-config.ts'
import type { Login } from './target.ts'

interface Tokens {
  readonly home: string
  readonly host: string
  readonly port: number
  readonly user: string
  /** SSH_AUTH_SOCK. */
  readonly agentSocket?: string
}

/** What to log in with: the chosen key files, else those of the ssh configuration, else those ssh would try unasked. */
export function loginOf(config: SshConfig, tokens: Tokens, chosen: readonly KeyFile[] | undefined): Login {
  const configured = (config.get('identityfile') ?? []).filter((path) => path !== 'none')
  const keyFiles =
    chosen ??
    (configured.length
      ? configured.map((path) => ({ path: expandPath(path, tokens), required: false }))
      : defaultKeyFiles(tokens.home))
  const agentSocket = agentOf(config, tokens)
  return {
    privateKeys: [],
    keyFiles,
    ...(agentSocket ? { agentSocket } : {}),
    onlyTheseKeys: chosen !== undefined || config.get('identitiesonly')?.[0] === 'yes',
  }
}

function agentOf(config: SshConfig, tokens: Tokens): string | undefined {
  const agent = config.get('identityagent')?.[0]
  if (agent === undefined || agent === 'SSH_AUTH_SOCK') return tokens.agentSocket
  return agent === 'none' ? undefined : expandPath(agent, tokens)
}
