import type { Attributes } from '../deployfile/types.ts'
import type { Reached } from '../nodetest/types.ts'
import { closeLink, openLink } from '../run/link.ts'
import { openNode } from '../run/opennode.ts'
import { trustsSudo } from '../run/sudo.ts'
import { Vault } from '../run/vault.ts'
import type { Secret } from '../secrets/secret.ts'
import { attributesOf, type Deploy } from './deploy.ts'
import { portsOf } from './node.ts'
import type { Workplace } from './workplace.ts'

/** A way to a node for commands outside any run. */
export interface Reach {
  readonly node: string
  /** Evaluated. */
  readonly attributes: Readonly<Record<string, string>>
  /** Logs in. Throws UnreachableError. */
  readonly reach: () => Promise<Reached>
  /** What conc holds in confidence for it so far. */
  readonly secrets: () => readonly Secret[]
}

/** The way to a node. Nothing is connected before it is called. */
export function nodeReach(deploy: Deploy, node: string, place: Workplace): Reach {
  const vault = new Vault()
  const attributes = attributesOf(deploy, node)
  return {
    node,
    attributes: valuesOf(attributes),
    secrets: () => vault.all(),
    async reach() {
      const ports = portsOf(deploy, node, place)
      const link = await openLink(ports.connect)
      const trusted = trustsSudo(attributes)
      const sudo = { vault, ports, trusted, who: `${node}: a test asks as another user` }
      const { host, close } = openNode(link, sudo, true)
      return {
        host,
        async close() {
          await close()
          await closeLink(link)
        },
      }
    },
  }
}

function valuesOf(attributes: Attributes): Readonly<Record<string, string>> {
  return Object.fromEntries([...attributes].map(([key, { value }]) => [key, value]))
}

/** Nodes are reached at the same time, but a person is asked one thing after the other. */
export function askingInTurn(place: Workplace): Workplace {
  const { prompts } = place
  if (prompts === undefined) return place
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    const next = last.then(ask, ask)
    last = next
    return next
  }
  return {
    ...place,
    prompts: {
      ...prompts,
      secret: (question) => inTurn(() => prompts.secret(question)),
      confirm: (question) => inTurn(() => prompts.confirm(question)),
    },
  }
}
