import type { Reached } from '../../src/nodetest/types.ts'
import { closeLink, openLink } from '../../src/run/link.ts'
import { openNode } from '../../src/run/opennode.ts'
import { Vault } from '../../src/run/vault.ts'
import { connectSsh } from '../../src/transport/ssh.ts'
import type { Target } from '../../src/transport/target.ts'

/** Logs in to a node as conc does. */
export async function reachBySsh(target: Target): Promise<Reached> {
  const link = await openLink(() => connectSsh(target))
  const { host, close } = openNode(link, { vault: new Vault(), ports: {}, trusted: true, who: 'web1: a test' }, true)
  return {
    host,
    async close() {
      await close()
      await closeLink(link)
    },
  }
}
