import { userInfo } from 'node:os'
import type { Attributes } from '../deployfile/types.ts'
import { UsageError } from '../words/errors.ts'
import { addressOf } from './address.ts'
import { type Hop, parseJump } from './jump.ts'
import { chosenKeyFiles, type KeyFile } from './key-files.ts'
import { loginOf } from './logins.ts'
import { configuredMode, type HostKeyMode, hostKeyPolicy, writtenMode } from './policy.ts'
import { askSshConfig, type SshAnswers, type SshConfig } from './ssh-config.ts'
import { systemSsh } from './system-needs.ts'
import { type Target, type Transport, transports } from './target.ts'

/** What a target is resolved with from outside the deploy file. */
export interface TargetEnvironment {
  /** The home directory on the workstation. */
  readonly home: string
  /** An ssh configuration to read instead of the user's own. */
  readonly sshConfig?: string
  readonly hostKeyDefault: HostKeyMode
  /** SSH_AUTH_SOCK. */
  readonly agentSocket?: string
  /** What ssh has said of its configuration, for the life of the command. Without it each login asks anew. */
  readonly sshAnswers?: SshAnswers
}

/**
 * Finds out how to reach a node: its attributes first, then the user's own ssh configuration; for each jump host the
 * configuration alone. Throws UsageError for what is written wrong, UnreachableError when no key file fits `op_key`.
 */
export async function resolveTarget(attributes: Attributes, env: TargetEnvironment): Promise<Target> {
  const name = attributes.get('name')?.value ?? ''
  const written = attributes.get('sshd.ip')?.value
  const address = addressOf(attributes)
  const transport = transportOf(attributes)
  // It takes about as long as ssh to answer: both at once. What fails here fails in startSession.
  if (transport !== 'ssh') import('ssh2').catch(() => {})
  const config = await askSshConfig(written ? [name, written] : [name], env.sshConfig, env.sshAnswers)
  const host = address.host ?? config.get('hostname')?.[0]
  if (!host)
    throw new UsageError(
      `${name} has no address. Set sshd.ip = ADDRESS in [node:${name}], or HostName in ~/.ssh/config.`,
    )
  const user = attributes.get('admin')?.value
  const chosen = await chosenKeyFiles(attributes, { ...env, name })
  const mode = writtenMode(attributes)
  const jump = writtenJump(attributes) ?? configuredJump(config)
  const target = targetOf(config, env, {
    name,
    host,
    ...(address.port === undefined ? {} : { port: address.port }),
    ...(user === undefined ? {} : { user }),
    ...(chosen ? { chosen } : {}),
    ...(mode ? { mode } : {}),
    ...(jump ? { jump: jump.text } : {}),
  })
  const jumps = jump ? await jumpsOf(jump, env, { node: name, path: [target] }) : []
  return { ...target, ...(jumps.length ? { jumps } : {}), ...(transport ? { transport } : {}) }
}

interface Asked {
  readonly name: string
  readonly host: string
  readonly port?: number
  readonly user?: string
  readonly chosen?: readonly KeyFile[]
  readonly mode?: HostKeyMode
  readonly jump?: string
}

function targetOf(config: SshConfig, env: TargetEnvironment, asked: Asked): Target {
  const { name, host, chosen, jump } = asked
  const port = asked.port ?? Number(config.get('port')?.[0] ?? 22)
  const user = asked.user ?? config.get('user')?.[0] ?? userInfo().username
  const mode = asked.mode ?? configuredMode(config) ?? env.hostKeyDefault
  return {
    name,
    host,
    port,
    user,
    login: loginOf(config, { ...env, host, port, user }, chosen),
    hostKey: hostKeyPolicy(config, { home: env.home, mode, host, port }),
    system: systemSsh(config, { jump, file: env.sshConfig }),
  }
}

/** A list of jump hosts, and where it is written. */
interface Jump {
  readonly text: string
  readonly from: string
}

function writtenJump(attributes: Attributes): Jump | undefined {
  const jump = attributes.get('jump')
  return jump && { text: jump.value, from: jump.from }
}

function configuredJump(config: SshConfig): Jump | undefined {
  const text = config.get('proxyjump')?.[0]
  return text === undefined ? undefined : { text, from: 'ssh configuration' }
}

interface Path {
  readonly node: string
  /** Where one comes from, the last one first. */
  readonly path: readonly Target[]
}

// As in ssh: only the first host of a list is reached by its own ProxyJump, the others through the one before.
async function jumpsOf({ text, from }: Jump, env: TargetEnvironment, { node, path }: Path): Promise<readonly Target[]> {
  const found: Target[] = []
  for (const [index, written] of parseJump(text, from).entries()) {
    const config = await askSshConfig([written.host], env.sshConfig, env.sshAnswers)
    const further = index === 0 ? configuredJump(config) : undefined
    // `Host *` with a ProxyJump is meant for all but the jump host itself.
    const own = further && !leadsTo(further, written) ? further : undefined
    const host = config.get('hostname')?.[0] ?? written.host
    const name = `${node} (jump host ${written.host})`
    const hop = targetOf(config, env, { ...written, name, host, ...(own ? { jump: own.text } : {}) })
    if (path.some((before) => before.host === hop.host && before.port === hop.port))
      throw new UsageError(`${node}: the jump hosts go in a circle: ${wayOf([hop, ...path])} (${from}).`)
    if (own) found.push(...(await jumpsOf(own, env, { node, path: [hop, ...path] })))
    found.push(hop)
  }
  return found
}

function leadsTo({ text, from }: Jump, to: Hop): boolean {
  return parseJump(text, from).some(({ host, port }) => host === to.host && (port ?? 22) === (to.port ?? 22))
}

function wayOf(path: readonly Target[]): string {
  return [...path]
    .reverse()
    .map(({ host, port }) => `${host}:${port}`)
    .join(' by ')
}

function transportOf(attributes: Attributes): Transport | undefined {
  const written = attributes.get('transport')
  if (!written) return undefined
  const transport = transports.find((known) => known === written.value)
  if (transport) return transport
  throw new UsageError(
    `${written.from}: transport = ${written.value} is not known. Use one of ${transports.join(', ')}.`,
  )
}
