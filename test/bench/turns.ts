import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'

/** A line to a port of this machine that counts round trips: how often the client spoke after the node had. */
export interface CountedLine {
  readonly port: number
  turns(): number
  bytes(): number
  stop(): void
}

/** With a delay of a few milliseconds, as else an answer in two pieces looks like two. */
export async function countTurns(to: number, ms = 10): Promise<CountedLine> {
  let turns = 0
  let bytes = 0
  let lastWasNode = true
  const sockets = new Set<Socket>()
  const carry = (from: Socket, onto: Socket, isNode: boolean) => {
    sockets.add(from)
    from.on('error', () => onto.destroy())
    from.on('end', () => void setTimeout(() => onto.end(), ms))
    from.on('data', (piece) => {
      bytes += piece.length
      if (!isNode && lastWasNode) turns += 1
      lastWasNode = isNode
      setTimeout(() => onto.write(piece), ms)
    })
  }
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const node = createConnection({ port: to, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    carry(client, node, false)
    carry(node, client, true)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    turns: () => turns,
    bytes: () => bytes,
    stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
