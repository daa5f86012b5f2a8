import type { Attributes } from '../deployfile/types.ts'
import { UsageError } from '../words/errors.ts'

/** Where a machine listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * The address that the attributes give, as far as they do.
 * Throws UsageError for a name, host, user or port that no machine can have: none may be taken for an option of ssh.
 */
export function addressOf(attributes: Attributes): Partial<Address> {
  const name = attributes.get('name')
  if (!isWord(name?.value ?? '')) throw new UsageError(`A node can't be named ${JSON.stringify(name?.value ?? '')}.`)
  const [host, admin, port] = ['sshd.ip', 'admin', 'sshd.port'].map((key) => attributes.get(key))
  if (host && (!isWord(host.value) || host.value.includes('@')))
    throw new UsageError(`${host.from}: sshd.ip = ${host.value} is not an address. Give a host name or an IP address.`)
  if (admin && !isWord(admin.value))
    throw new UsageError(`${admin.from}: admin = ${admin.value} is not a login name. Give the user to log in as.`)
  return {
    ...(host ? { host: host.value } : {}),
    ...(port && port.from !== 'default' ? { port: portOf(port.value, port.from) } : {}),
  }
}

function isWord(text: string): boolean {
  return /^[^-\s\p{C}/'"`$\\;&<>|(){}][^\s\p{C}/'"`$\\;&<>|(){}]*$/u.test(text)
}

function portOf(text: string, from: string): number {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0
  if (port >= 1 && port <= 65_535) return port
  throw new UsageError(`${from}: sshd.port = ${text} is not a port. Give a number from 1 to 65535.`)
}
