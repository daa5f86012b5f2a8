import { isIP } from 'node:net'
import { type Ask, textOf, Unknown } from './types.ts'

/** A TCP or UDP socket that waits for others. */
export interface Listening {
  readonly protocol: 'tcp' | 'udp'
  /** As the node tells it; `::` is every address. */
  readonly address: string
  readonly port: number
  /** Bound to `::`: does it answer IPv4 as well? Only `ss` tells. */
  readonly dual?: boolean
  /** The only interface that it is bound to. */
  readonly interface?: string
  /** The first of the processes that hold it, which only root sees of others. */
  readonly pid?: number
  readonly process?: string
}

/** Every TCP and UDP socket that is listened on. Throws Unknown. */
export async function sockets(ask: Ask, node: string): Promise<readonly Listening[]> {
  return parseSockets(textOf(await ask({ name: 'sockets', words: [] }), `sockets on ${node}`))
}

/** Reads what q_sockets printed. Throws Unknown when it is not that. */
export function parseSockets(text: string): readonly Listening[] {
  const [via = '', ...lines] = text.split('\n').filter((line) => line !== '')
  if (via === 'via ss') return parseSs(lines)
  if (via === 'via proc') return parseProc(lines)
  throw new Unknown(`the sockets are not known: ${text.slice(0, 200)}`)
}

/** ss(8): netid, state, two queues, local, peer, processes. For IPv6 `*` is `::` that answers IPv4 too; an old ss writes `:::80`. */
function parseSs(lines: readonly string[]): readonly Listening[] {
  const six = lines.indexOf('6')
  return lines.flatMap((line, at): Listening[] => {
    if (line === '4' || line === '6') return []
    const [, protocol, local, users = ''] = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+)\s+\S+\s*(.*)$/.exec(line) ?? []
    const [, host, scope, port] = /^(.*?)(?:%([^:]+))?:(\d+)$/.exec(local ?? '') ?? []
    if (host === undefined) throw new Unknown(`ss said: ${line}`)
    const bare = host.replace(/^\[(.*)\]$/, '$1')
    const address = bare === '*' ? (at > six ? '::' : '0.0.0.0') : bare
    const [, process, pid] = /"([^"]*)",pid=(\d+)/.exec(users) ?? []
    return [
      {
        protocol: protocol === 'udp' ? 'udp' : 'tcp',
        address: canonical(address),
        port: Number(port),
        ...(address !== '::' || host === '::' ? {} : { dual: bare === '*' }),
        ...(scope === undefined ? {} : { interface: scope }),
        ...(process === undefined ? {} : { pid: Number(pid), process }),
      },
    ]
  })
}

/** proc(5): addresses as hexadecimal words, on a little-endian machine with their bytes turned round. 0A is LISTEN; of UDP 07 is not connected. */
function parseProc(lines: readonly string[]): readonly Listening[] {
  const holders = new Map(
    lines.flatMap((line) => {
      const [, pid, inode, process] = /^fd (\d+) (\d+) (.*)$/.exec(line) ?? []
      return inode === undefined ? [] : [[inode, { pid: Number(pid), process: process ?? '' }] as const]
    }),
  )
  return lines.flatMap((line): Listening[] => {
    if (line.startsWith('fd ')) return []
    const [, file, hex, port, state, inode = ''] =
      /^\/proc\/net\/(tcp|udp)6? ([\dA-F]+):([\dA-F]{4}) (0A|07) (\d+)$/.exec(line) ?? []
    if (hex === undefined || port === undefined) throw new Unknown(`/proc/net said: ${line}`)
    if ((file === 'tcp') !== (state === '0A')) return []
    const bound = { address: fromHex(hex), port: Number.parseInt(port, 16), ...holders.get(inode) }
    return [{ protocol: file === 'udp' ? 'udp' : 'tcp', ...bound }]
  })
}

function fromHex(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex').reverse()])
  if (bytes.length === 4) return bytes.join('.')
  return canonical(
    Buffer.from(bytes)
      .toString('hex')
      .replace(/.{4}(?=.)/g, '$&:'),
  )
}

/** One spelling for each address; those of IPv4 that are written as IPv6 become IPv4. */
export function canonical(address: string): string {
  if (isIP(address) !== 6) return address
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(short) ?? []
  if (high === undefined || low === undefined) return short
  const bytes = [high, low].map((word) => Number.parseInt(word, 16)).flatMap((word) => [word >> 8, word & 255])
  return bytes.join('.')
}
