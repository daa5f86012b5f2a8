import type { HostKeyPolicy } from './policy.ts'
import type { Target } from './target.ts'

/** What the master's options depend on besides the machine. */
export interface MasterPlace {
  /** The unix socket over which the channels come. */
  readonly socket: string
  /** A known_hosts file of our own, for a pinned host key. */
  readonly pinFile: string
  /** Whether a person can answer. */
  readonly canAsk: boolean
}

// As with ssh2: nothing is forwarded, nothing is run but what conc asks for, and a dead link is noticed in under 30 s.
const always = [
  // Of 8.7.
  'IgnoreUnknown=ForkAfterAuthentication',
  'ControlMaster=yes',
  'ControlPersist=no',
  'PermitLocalCommand=yes',
  'LocalCommand=echo ready',
  'RemoteCommand=none',
  'RequestTTY=no',
  'ForkAfterAuthentication=no',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'Tunnel=no',
  'UpdateHostKeys=no',
  'ServerAliveInterval=10',
  'ServerAliveCountMax=2',
  'ConnectTimeout=20',
  'NumberOfPasswordPrompts=1',
  // At ERROR it would not say that a server has stopped answering.
  'LogLevel=INFO',
]

/** The arguments of the ssh that logs in and stays: nothing in them is secret. */
export function masterArguments(target: Target, place: MasterPlace): readonly string[] {
  const { host, port, user, system, login } = target
  const config = system ? system.config : 'none'
  const options = [
    ...always,
    `BatchMode=${place.canAsk ? 'no' : 'yes'}`,
    `HostName=${host.replaceAll('%', '%%')}`,
    ...hostKeyOptions(target, place),
    ...login.keyFiles.map(({ path }) => `IdentityFile=${quoted(path)}`),
    `IdentitiesOnly=${login.onlyTheseKeys ? 'yes' : 'no'}`,
    `IdentityAgent=${login.agentSocket === undefined ? 'none' : quoted(login.agentSocket)}`,
    ...(system?.options ?? []),
  ]
  return [
    ...(config === undefined ? [] : ['-F', config]),
    ...['-N', '-T', '-S', place.socket, '-p', String(port), '-l', user],
    ...options.flatMap((option) => ['-o', option]),
    '--',
    host,
  ]
}

/** The arguments of one channel. Where the master is gone it must not log in by itself, so it is given a way that leads nowhere. */
export function channelArguments(socket: string, flags: readonly string[], command: string): readonly string[] {
  const options = ['ControlMaster=no', 'ProxyCommand=exit 1', 'BatchMode=yes', 'LogLevel=ERROR', 'EscapeChar=none']
  return ['-F', 'none', '-S', socket, ...options.flatMap((option) => ['-o', option]), ...flags, '--', 'conc', command]
}

/** A known_hosts line for a pinned key, under the alias that the options name. */
export const pinnedAlias = 'pinned'

function hostKeyOptions({ hostKey, host }: Target, { pinFile, canAsk }: MasterPlace): readonly string[] {
  if (hostKey.kind === 'pinned')
    return [`UserKnownHostsFile=${quoted(pinFile)}`, 'GlobalKnownHostsFile=/dev/null', `HostKeyAlias=${pinnedAlias}`]
  const { userFiles, globalFiles, hashed } = hostKey
  const alias = aliasOf(hostKey, host)
  return [
    `StrictHostKeyChecking=${hostKey.mode === 'ask' && !canAsk ? 'yes' : hostKey.mode}`,
    `UserKnownHostsFile=${userFiles.map(quoted).join(' ') || '/dev/null'}`,
    `GlobalKnownHostsFile=${globalFiles.map(quoted).join(' ') || '/dev/null'}`,
    `HashKnownHosts=${hashed ? 'yes' : 'no'}`,
    ...(alias === undefined ? [] : [`HostKeyAlias=${alias}`]),
  ]
}

function aliasOf(policy: Extract<HostKeyPolicy, { kind: 'known-hosts' }>, host: string): string | undefined {
  const [name, other] = policy.names
  return other === undefined && name !== host ? name : undefined
}

// ssh splits such a value into words as it does in its configuration, and puts tokens in.
function quoted(path: string): string {
  return `"${path.replaceAll('%', '%%').replaceAll(/["\\]/g, '\\$&')}"`
}
