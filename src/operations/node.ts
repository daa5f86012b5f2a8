import { connectNode } from '../connect/node.ts'
import type { SecretSource } from '../deployfile/types.ts'
import { closeLink, type Link, openLink } from '../run/link.ts'
import type { Ports } from '../run/types.ts'
import { forbidCore } from '../secrets/core.ts'
import { readSecret } from '../secrets/read.ts'
import { Secret } from '../secrets/secret.ts'
import type { Prompts } from '../transport/types.ts'
import { UsageError } from '../words/errors.ts'
import { attributesOf, bundleOf, type Deploy } from './deploy.ts'
import type { Workplace } from './workplace.ts'

/** When a run is to end before its steps do. */
export interface Wishes {
  /** When aborted, the run halts after its current step. */
  readonly halt?: AbortSignal
  /** When aborted, the current step is ended, its whole process group, and the run stops. */
  readonly stop?: AbortSignal
}

/** A node's agent and bundle. */
export interface AtNode {
  readonly node: string
  readonly link: Link
  /** The bundle's path on the node. */
  readonly bundle: string
}

/** Logs in to a node, does something there, and leaves. Throws UnreachableError. */
export async function atNode<T>(
  deploy: Deploy,
  node: string,
  place: Workplace,
  act: (at: AtNode) => Promise<T>,
): Promise<T> {
  const link = await openLink(portsOf(deploy, node, place).connect)
  try {
    return await act({ node, link, bundle: bundleOf(deploy, node) })
  } finally {
    await closeLink(link)
  }
}

/** What a run on a node needs. */
export function portsOf(deploy: Deploy, node: string, place: Workplace, wishes: Wishes = {}): Ports {
  const { env, home, stateFolder, prompts, sshAnswers, sudoPassword = sudoPrompt(prompts), ...others } = place
  const { folder, secrets } = deploy.deployFile
  const agentSocket = env.SSH_AUTH_SOCK || undefined
  return {
    ...others,
    ...wishes,
    env: withoutSecrets(env, secrets),
    home,
    readSecret: async (name) => {
      const source = secrets.get(name)
      if (source === undefined) throw new UsageError(`there is no secret ${name}. Add it to [secrets].`)
      await forbidCore()
      return readSecret(name, source, { env, folder, home, ...(prompts === undefined ? {} : { ask: prompts.secret }) })
    },
    sudoPassword: async (said) => {
      await forbidCore()
      return sudoPassword(node, `sudo password on ${node} (${said})`)
    },
    connect: async () =>
      connectNode(attributesOf(deploy, node), {
        home,
        stateFolder,
        folder,
        hostKeyDefault: prompts === undefined ? 'yes' : 'ask',
        ...(agentSocket === undefined ? {} : { agentSocket }),
        ...(sshAnswers === undefined ? {} : { sshAnswers }),
        ...(prompts === undefined ? {} : { prompts }),
      }),
  }
}

/** Asks a person, where there is one. */
function sudoPrompt(prompts: Prompts | undefined) {
  return async (_node: string, question: string): Promise<Secret | undefined> => {
    const answer = await prompts?.secret(question)
    return answer ? new Secret('sudo', answer) : undefined
  }
}

/** The environment of local steps: what a secret is read from is given only to those that ask for the secret. */
function withoutSecrets(env: NodeJS.ProcessEnv, secrets: ReadonlyMap<string, SecretSource>): NodeJS.ProcessEnv {
  const sources = secretVariables(secrets)
  return Object.fromEntries(Object.entries(env).filter(([name]) => !sources.has(name)))
}

/** The variables of the workstation that secrets are read from. */
export function secretVariables(secrets: ReadonlyMap<string, SecretSource>): ReadonlySet<string> {
  return new Set([...secrets.values()].flatMap(({ from, args }) => (from === 'env' ? args : [])))
}
