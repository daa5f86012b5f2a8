import { connectNode, type NodeEnvironment } from '../connect/node.ts'
import type { Link } from '../run/run.ts'
import { closeLink, openLink } from '../run/start.ts'
import type { Ports } from '../run/types.ts'
import { attributesOf, type CommonOptions, type Deploy } from './deploy.ts'
import type { World } from './world.ts'

/** What a node is connected with. */
export function nodeEnvironment(deploy: Deploy, world: World): NodeEnvironment {
  const { env, home, stateFolder, prompts } = world
  return {
    home,
    stateFolder,
    folder: deploy.deployFile.folder,
    hostKeyDefault: prompts === undefined ? 'yes' : 'ask',
    ...(env.SSH_AUTH_SOCK ? { agentSocket: env.SSH_AUTH_SOCK } : {}),
    ...(prompts === undefined ? {} : { prompts }),
  }
}

/** The node's agent and bundle, for a command that is no run. */
export interface AtNode {
  readonly node: string
  readonly link: Link
  /** The bundle's path on the node. */
  readonly bundle: string
}

/** Logs in to a node, does something there, and leaves. */
export async function atNode<T>(
  deploy: Deploy,
  node: string,
  world: World,
  act: (at: AtNode) => Promise<T>,
): Promise<T> {
  const attributes = attributesOf(deploy, node)
  const link = await openLink({ connect: () => connectNode(attributes, nodeEnvironment(deploy, world)) })
  try {
    return await act({ node, link, bundle: attributes.get('bundle')?.value ?? '' })
  } finally {
    await closeLink(link)
  }
}

/** What a run needs from this process. */
export function runPorts(deploy: Deploy, node: string, options: CommonOptions, world: World): Ports {
  const { who, home, env, now, newRunId, version, halt, stop, operator } = world
  return {
    connect: () => connectNode(attributesOf(deploy, node), nodeEnvironment(deploy, world)),
    who,
    home,
    env,
    now,
    newRunId,
    version,
    halt,
    stop,
    conc: options.file === undefined ? 'conc' : `conc -f ${options.file}`,
    ...(operator === undefined ? {} : { operator }),
  }
}
