import { userInfo } from 'node:os'
import type { Attributes } from '../deployfile/types.ts'
import { UsageError } from '../words/errors.ts'
import { type Address, addressOf } from './address.ts'
import { chosenKeyFiles, defaultKeyFiles, expandPath, type KeyFile } from './key-files.ts'
import { lookUpNames } from './known-hosts.ts'
import { askSshConfig, type SshConfig } from './ssh-config.ts'

/** `yes` takes known keys only, `ask` asks a person about a new one, `accept-new` takes and remembers it. */
export const hostKeyModes = ['yes', 'ask', 'accept-new'] as const
export type HostKeyMode = (typeof hostKeyModes)[number]

/** How a machine's host key is judged. */
export type HostKeyPolicy =
  | { readonly kind: 'pinned'; readonly key: Buffer }
  | {
      readonly kind: 'known-hosts'
      readonly mode: HostKeyMode
      /** What to look up, the best name first. */
      readonly names: readonly string[]
      /** New keys go into the first one. */
      readonly userFiles: readonly string[]
      readonly globalFiles: readonly string[]
      /** Whether new lines hide the name behind a hash. */
      readonly hashed: boolean
    }

/** What to log in with, in this order: keys in memory, then agent and key files. */
export interface Login {
  readonly privateKeys: readonly string[]
  readonly keyFiles: readonly KeyFile[]
  readonly agentSocket?: string
  /** True when of the agent's keys only those of `keyFiles` may be tried. */
  readonly onlyTheseKeys: boolean
}

/** A machine to connect to, with all that is needed to recognise it and to log in. */
export interface Target extends Address {
  /** The node's name, which begins every message about it. */
  readonly name: string
  readonly user: string
  readonly login: Login
  readonly hostKey: HostKeyPolicy
}

/** What a target is resolved with from outside the deploy file. */
export interface TargetEnvironment {
  /** The home directory on the workstation. */
  readonly home: string
  /** An ssh configuration to read instead of the user's own. */
  readonly sshConfig?: string
  readonly hostKeyDefault: HostKeyMode
  /** SSH_AUTH_SOCK. */
  readonly agentSocket?: string
}

/**
 * Finds out how to reach a node: its attributes first, then the user's own ssh configuration.
 * Throws UsageError for what is written wrong, UnreachableError when no key file fits `op_key`.
 */
export async function resolveTarget(attributes: Attributes, env: TargetEnvironment): Promise<Target> {
  const name = attributes.get('name')?.value ?? ''
  const written = attributes.get('sshd.ip')?.value
  const address = addressOf(attributes)
  const config = await askSshConfig(written ? [name, written] : [name], env.sshConfig)
  refuseJumps(name, attributes, config)
  const host = address.host ?? config.get('hostname')?.[0]
  if (!host)
    throw new UsageError(
      `${name} has no address. Set sshd.ip = ADDRESS in [node:${name}], or HostName in ~/.ssh/config.`,
    )
  const port = address.port ?? Number(config.get('port')?.[0] ?? 22)
  const user = userOf(attributes, config)
  return {
    name,
    host,
    port,
    user,
    login: await loginOf(attributes, config, { ...env, name, host, user }),
    hostKey: hostKeyPolicy(attributes, config, { ...env, host, port }),
  }
}

function refuseJumps(name: string, attributes: Attributes, config: SshConfig): void {
  const jump = attributes.get('jump')
  const found = jump ? `jump = ${jump.value} (${jump.from})` : jumpInConfig(config)
  if (!found) return
  const instead = jump ? 'Take it away' : `Set ProxyJump none for ${name} in ~/.ssh/config`
  throw new UsageError(`${name}: jump hosts are not supported yet: ${found}. ${instead} and reach the node directly.`)
}

function jumpInConfig(config: SshConfig): string | undefined {
  for (const [key, written] of [
    ['proxyjump', 'ProxyJump'],
    ['proxycommand', 'ProxyCommand'],
  ] as const) {
    const value = config.get(key)?.[0]
    if (value && value !== 'none') return `${written} ${value} in the ssh configuration`
  }
  return undefined
}

function userOf(attributes: Attributes, config: SshConfig): string {
  return attributes.get('admin')?.value ?? config.get('user')?.[0] ?? userInfo().username
}

interface Named extends TargetEnvironment {
  readonly name: string
  readonly host: string
  readonly user: string
}

async function loginOf(attributes: Attributes, config: SshConfig, env: Named): Promise<Login> {
  const chosen = await chosenKeyFiles(attributes, env)
  const configured = (config.get('identityfile') ?? []).filter((path) => path !== 'none')
  const keyFiles =
    chosen ?? (configured.length ? configured.map((path) => fileOf(path, env)) : defaultKeyFiles(env.home))
  const agentSocket = agentOf(config, env)
  return {
    privateKeys: [],
    keyFiles,
    ...(agentSocket ? { agentSocket } : {}),
    onlyTheseKeys: chosen !== undefined || config.get('identitiesonly')?.[0] === 'yes',
  }
}

function fileOf(path: string, env: Named): KeyFile {
  return { path: expandPath(path, env), required: false }
}

function agentOf(config: SshConfig, env: Named): string | undefined {
  const agent = config.get('identityagent')?.[0]
  if (agent === undefined || agent === 'SSH_AUTH_SOCK') return env.agentSocket
  return agent === 'none' ? undefined : expandPath(agent, env)
}

function hostKeyPolicy(
  attributes: Attributes,
  config: SshConfig,
  env: TargetEnvironment & Required<Address>,
): HostKeyPolicy {
  const own = [`${env.home}/.ssh/known_hosts`, `${env.home}/.ssh/known_hosts2`]
  const global = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']
  return {
    kind: 'known-hosts',
    mode: hostKeyMode(attributes, config) ?? env.hostKeyDefault,
    names: lookUpNames(env.host, env.port, config.get('hostkeyalias')?.[0]),
    userFiles: filesOf(config.get('userknownhostsfile')) ?? own,
    globalFiles: filesOf(config.get('globalknownhostsfile')) ?? global,
    hashed: config.get('hashknownhosts')?.[0] === 'yes',
  }
}

function filesOf(value: readonly string[] | undefined): readonly string[] | undefined {
  return value?.flatMap((line) => line.split(' ')).filter((path) => path !== '' && path !== 'none')
}

// StrictHostKeyChecking no would take changed keys as well: conc goes no further than accept-new.
const modeOfWord: Readonly<Record<string, HostKeyMode>> = {
  yes: 'yes',
  true: 'yes',
  ask: 'ask',
  'accept-new': 'accept-new',
  no: 'accept-new',
  off: 'accept-new',
  false: 'accept-new',
}

function hostKeyMode(attributes: Attributes, config: SshConfig): HostKeyMode | undefined {
  const written = attributes.get('hostkeys')
  if (!written) return modeOfWord[config.get('stricthostkeychecking')?.[0] ?? '']
  const mode = hostKeyModes.find((known) => known === written.value)
  if (mode) return mode
  throw new UsageError(
    `${written.from}: hostkeys = ${written.value} is not known. Use one of ${hostKeyModes.join(', ')}.`,
  )
}
