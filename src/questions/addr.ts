import { isIP } from 'node:net'
import { Absent, type Ask, type Subject, textOf, Unknown } from './types.ts'

/** A host as the node sees it: everything is asked from there outwards. */
export interface Addr extends Subject {
  /** Does the node's resolver find an address? An address itself counts. */
  isResolvable(): Promise<boolean>
  /** In the resolver's order. */
  addresses(): Promise<readonly string[]>
  ipv4Addresses(): Promise<readonly string[]>
  ipv6Addresses(): Promise<readonly string[]>
  /** Does it answer one ping within 3 s? Many hosts answer none on purpose: `port` asks better. What has no address is not reachable. */
  isReachable(): Promise<boolean>
  port(port: number): AddrPort
}

/** A TCP port of an address. */
export interface AddrPort extends Subject {
  /** Does a TCP connection from the node come about within 3 s? */
  isReachable(): Promise<boolean>
}

/** Throws TypeError for what is neither a name nor an address. */
export function addr(ask: Ask, host: string, node: string): Addr {
  if (!/^[^-\s/'"\\][^\s/'"\\]*$/.test(host))
    throw new TypeError(`addr('${host}'): that is no name or address of a host.`)
  const about = `addr ${host} on ${node}`
  const addresses = async () => {
    if (isIP(host) !== 0) return [host]
    return parseAddresses(textOf(await ask({ name: 'addresses', words: [host] }), about))
  }
  const isResolvable = async () => {
    try {
      return (await addresses()).length > 0
    } catch (error) {
      if (error instanceof Absent) return false
      throw error
    }
  }
  const says = async (name: string, words: readonly string[], of: string) =>
    textOf(await ask({ name, words }), of).trim() === 'yes'
  return {
    about,
    isResolvable,
    addresses,
    ipv4Addresses: async () => (await addresses()).filter((each) => isIP(each) === 4),
    ipv6Addresses: async () => (await addresses()).filter((each) => isIP(each) === 6),
    isReachable: async () => (await isResolvable()) && says('ping', [host], about),
    port: (port) => {
      const of = `addr ${host} port ${port} on ${node}`
      return { about: of, isReachable: () => says('connect', [host, String(port)], of) }
    },
  }
}

/** Reads what q_addresses printed. Throws Unknown when it is not that. */
export function parseAddresses(text: string): readonly string[] {
  const [, via = '', rest = ''] = /^via (\S+)\n(.*)$/s.exec(text) ?? []
  const found = via === 'nslookup' ? fromNslookup(rest) : rest.split('\n').map((line) => line.split(/\s/)[0] ?? '')
  const addresses = [...new Set(found.map((each) => each.replace(/%.*/, '')))].filter((each) => isIP(each) !== 0)
  if (addresses.length === 0) throw new Unknown(`the addresses are not known: ${text.slice(0, 200)}`)
  return addresses
}

/** After each `Name:` an `Address:`, numbered by older busyboxes; what stands before the first is the server's. */
function fromNslookup(text: string): readonly string[] {
  const answer = text.slice(Math.max(0, text.search(/^Name:/m)))
  return Array.from(answer.matchAll(/^Address(?: \d+)?:\s*(\S+)/gm), ([, address = '']) => address)
}
