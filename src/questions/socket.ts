import { isIP } from 'node:net'
import { canonical, type Listening, sockets } from './listening.ts'
import { type Ask, type Subject, textOf, Unknown } from './types.ts'

/** A socket that is listened on, named as `tcp://0.0.0.0:22`, `tcp://:443`, `udp://[::1]:53` or `unix:///run/shop.sock`. */
export interface Socket extends Subject {
  /**
   * Does something answer there? What is bound to every address answers on each: `0.0.0.0` for IPv4, and `::` for both unless
   * it is bound to IPv6 only. `tcp://0.0.0.0:22` asks whether every IPv4 address is, `tcp://:22` whether any is.
   */
  isListening(): Promise<boolean>
}

interface Inet {
  readonly protocol: 'tcp' | 'udp'
  /** Empty for any. */
  readonly address: string
  readonly port: number
}

/** Throws TypeError for what names no socket. */
export function socket(ask: Ask, name: string, node: string): Socket {
  const spec = parseSpec(name)
  const about = `socket ${name} on ${node}`
  return {
    about,
    isListening: async () => {
      if (spec.protocol === 'unix') {
        const [real, ...found] = textOf(await ask({ name: 'unix', words: [spec.path] }), about).split('\n')
        return found.includes(real ?? '')
      }
      const answers = (await sockets(ask, node)).map((each) => answersTo(each, spec))
      if (answers.includes(true)) return true
      if (answers.includes(undefined)) throw new Unknown(`${about}: ${untold(spec)}`)
      return false
    },
  }
}

/** Does a socket answer to what is asked? Undefined when that is not known. */
function answersTo({ protocol, address, port, dual, interface: only }: Listening, asked: Inet): boolean | undefined {
  if (protocol !== asked.protocol || port !== asked.port) return false
  if (asked.address === '') return true
  if (!isAny(address)) return asked.address === address
  if (only !== undefined)
    return isAny(asked.address) || isLoopback(asked.address) !== (only === 'lo') ? false : undefined
  if (address === '::' && isIP(asked.address) === 4) return dual
  return address === '::' || isIP(asked.address) === 4
}

function untold({ protocol, port }: Inet): string {
  const seen = `something listens on port ${port}, but the node does not tell whether at this address too`
  return `${seen}. Ask for ${protocol}://:${port}, or install iproute2 there`
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

function isAny(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function parseSpec(name: string): Inet | { readonly protocol: 'unix'; readonly path: string } {
  const [, path] = /^unix:\/\/([/@].+)$/s.exec(name) ?? []
  if (path !== undefined) return { protocol: 'unix', path }
  const [, protocol, host = '', port] = /^(tcp|udp):\/\/(?:(.*):)?(\d{1,5})$/.exec(name) ?? []
  const address = host.replace(/^\[(.*)\]$/, '$1').replace(/^\*$/, '')
  if (protocol === undefined || Number(port) > 65_535 || (address !== '' && isIP(address) === 0)) {
    throw new TypeError(
      `socket('${name}'): that names no socket. Write tcp://0.0.0.0:22, udp://:53 or unix:///run/shop.sock.`,
    )
  }
  return { protocol: protocol === 'udp' ? 'udp' : 'tcp', address: canonical(address), port: Number(port) }
}
