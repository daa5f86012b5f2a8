import type { OpenSSHAgent, ParsedKey, PublicKeyEntry } from 'ssh2'

/** How long an agent may take to tell its keys: a forwarded one may be dead without saying so. */
const patience = 5_000

/** The public keys that an agent holds. Empty when there is no agent, or none that answers. */
export async function agentKeys(socket: string | undefined): Promise<readonly Buffer[]> {
  if (!socket) return []
  const agent = await openAgent(socket)
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), patience)
    agent.getIdentities((error, keys) => {
      clearTimeout(timer)
      resolve(error ? [] : (keys ?? []).map(blobOf))
    })
  })
}

/** An agent that offers just these of its keys, so that no try is wasted on others. */
export async function agentWith(socket: string, wanted: readonly Buffer[]): Promise<OpenSSHAgent> {
  const agent = await openAgent(socket)
  const all = agent.getIdentities.bind(agent)
  agent.getIdentities = (done) =>
    all((error, keys) =>
      done(
        error ?? null,
        keys?.filter((key) => wanted.some((blob) => blob.equals(blobOf(key)))),
      ),
    )
  return agent
}

async function openAgent(socket: string): Promise<OpenSSHAgent> {
  const { default: ssh2 } = await import('ssh2')
  return new ssh2.OpenSSHAgent(socket)
}

function blobOf(key: ParsedKey | PublicKeyEntry): Buffer {
  return 'getPublicSSH' in key ? key.getPublicSSH() : Buffer.alloc(0)
}
