import { lookup } from 'node:dns/promises'
import { existsSync } from 'node:fs'
import type { Attributes } from '../../deployfile/types.ts'
import { quote } from '../../plan/quote.ts'
import { dial } from '../../transport/dial.ts'
import { HostKeyRefused } from '../../transport/host-keys.ts'
import { fingerprintOf, knownHostLine } from '../../transport/known-hosts.ts'
import { planLogin } from '../../transport/login.ts'
import { resolveTarget } from '../../transport/resolve.ts'
import type { Target } from '../../transport/target.ts'
import { messageOf, UsageError } from '../../words/errors.ts'
import type { Workplace } from '../workplace.ts'
import { type Finding, good, wrong } from './finding.ts'

/** How long the port is tried, in milliseconds, after a login has failed. */
const patience = 10_000

/** The way to a node, as its attributes and the user's ssh configuration have it; undefined for an embedded node. */
export async function routeOf(attributes: Attributes, place: Workplace): Promise<Target | undefined> {
  if (attributes.get('embedded')?.value === 'yes') return undefined
  const { home, env, prompts } = place
  const agentSocket = env.SSH_AUTH_SOCK || undefined
  const hostKeyDefault = prompts === undefined ? 'yes' : 'ask'
  return resolveTarget(attributes, { home, hostKeyDefault, ...(agentSocket === undefined ? {} : { agentSocket }) })
}

/** What a login that worked has shown. */
export function reached(route: Target | undefined, label: string): readonly Finding[] {
  if (route === undefined) return [good('login', label)]
  const by = route.jumps?.length ? `, by way of ${route.jumps.map(({ host }) => host).join(', ')}` : ''
  return [
    good('address', `${route.host}${by}`),
    good('port', `${route.port} answers`),
    good('host key', 'it is the one that is known'),
    good('login', `${label}, offered: ${offered(route).join(', ') || 'nothing'}`),
  ]
}

function offered({ login }: Target): readonly string[] {
  const files = login.keyFiles.filter(({ path }) => existsSync(path)).map(({ path }) => `key ${path}`)
  return [...(login.agentSocket === undefined ? [] : ['agent']), ...files]
}

/** The way to a node can't even be worked out. */
export function noRoute(error: unknown, node: string): Finding {
  const address = error instanceof UsageError
  return wrong(address ? 'address' : 'login', messageOf(error), address ? `conc show ${node}` : undefined)
}

/** Finds the stage at which a login failed: what it passed, and what stopped it. */
export async function whyNotReached(error: unknown, route: Target | undefined): Promise<readonly Finding[]> {
  const text = messageOf(error)
  // Behind a jump host, or a program of one's own, nothing can be tried from here.
  if (route === undefined || route.jumps?.length || route.system?.why !== undefined) return [wrong('login', text)]
  const { host, port, name } = route
  const found = await lookup(host).catch(() => undefined)
  if (found === undefined) return [wrong('address', text, `set sshd.ip = ADDRESS in [node:${name}]`)]
  const address = good('address', found.address === host ? host : `${host} is ${found.address}`)
  const socket = await dial(route, patience).catch(() => undefined)
  if (socket === undefined)
    return [address, wrong('port', text, `on the node: systemctl start ssh; else set sshd.port`)]
  socket.on('error', () => {}).destroy()
  const passed = [address, good('port', `${port} answers`)]
  const refused = refusalIn(error)
  if (refused !== undefined) return [...passed, wrong('host key', text, mendingHostKey(refused, route))]
  return [...passed, wrong('login', text, await mendingLogin(route))]
}

function refusalIn(error: unknown): HostKeyRefused | undefined {
  if (error instanceof HostKeyRefused) return error
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : undefined
}

/** Trusts the very key that was seen: one that is asked for again may be another. */
function mendingHostKey({ key, kind }: HostKeyRefused, { hostKey }: Target): string | undefined {
  if (hostKey.kind === 'pinned') return undefined
  const [name = '', file = ''] = [hostKey.names[0], hostKey.userFiles[0]]
  const compared = `once ${fingerprintOf(key)} was compared on the node`
  if (kind === 'unknown') return `${compared}: echo ${quote(knownHostLine(name, key))} >> ${quote(file)}`
  return kind === 'changed' ? `${compared}: ssh-keygen -R ${quote(name)} -f ${quote(file)}` : undefined
}

/** Where a key can't be used the message says so; else the node does not let it in. */
async function mendingLogin(route: Target): Promise<string | undefined> {
  const usable = await planLogin(route).catch(() => undefined)
  if (usable === undefined) return undefined
  const { login, host, port, user } = route
  const key = login.keyFiles.find(({ path }) => existsSync(`${path}.pub`))
  const words = ['ssh-copy-id', ...(key ? ['-i', `${key.path}.pub`] : []), '-p', String(port), `${user}@${host}`]
  return words.map((word) => quote(word)).join(' ')
}
