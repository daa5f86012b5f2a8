import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'

/** How a line can go: at once for both sides, as if the other side had ended it, or silently. */
export type CutKind = 'reset' | 'end' | 'stall'

/** A network that counts its bytes and fails at a chosen one, once. */
export interface ByteProxy {
  readonly port: number
  /** Bytes that went through, both ways, since the start or the last `cutAt`. */
  readonly passed: number
  /** Whether the chosen byte has come. */
  readonly hasCut: boolean
  /** From now on the line goes at this many bytes; later connections are left alone. */
  cutAt(bytes: number, kind: CutKind): void
  close(): Promise<void>
}

/** Starts such a network before a port of this machine. */
export async function startByteProxy(to: number): Promise<ByteProxy> {
  const sockets = new Set<Socket>()
  let left = Number.POSITIVE_INFINITY
  let passed = 0
  let kind: CutKind = 'reset'
  let hasCut = false
  const cut = (pair: readonly Socket[]) => {
    hasCut = true
    left = Number.POSITIVE_INFINITY
    for (const socket of pair) {
      if (kind === 'reset') socket.resetAndDestroy()
      else if (kind === 'end') socket.destroy()
      else socket.removeAllListeners('data').pause()
    }
  }
  const carry = (from: Socket, onto: Socket) => {
    from.on('data', (bytes) => {
      const room = Math.min(bytes.length, left)
      left -= room
      passed += room
      const full = room > 0 && !onto.write(bytes.subarray(0, room))
      if (left === 0) return cut([from, onto])
      if (!full) return
      from.pause()
      onto.once('drain', () => from.resume())
    })
    from.on('end', () => onto.end())
    from.on('error', () => onto.destroy())
    from.once('close', () => sockets.delete(from))
  }
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const node = createConnection({ port: to, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    for (const socket of [client, node]) sockets.add(socket)
    carry(client, node)
    carry(node, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get passed() {
      return passed
    },
    get hasCut() {
      return hasCut
    },
    cutAt(bytes, how) {
      left = Math.max(1, bytes)
      passed = 0
      kind = how
      hasCut = false
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
