import { createConnection, createServer, type Socket } from 'node:net'

/**
 * A line with a delay, as a process of its own: `delay.ts PORT MS` prints its port, and each byte takes MS milliseconds
 * each way. Its width has no bound, so that what is measured is how well a program fills a long line.
 */
const [to = 0, ms = 0] = process.argv.slice(2).map(Number)

function carry(from: Socket, onto: Socket): void {
  from.on('data', (bytes) => void setTimeout(() => onto.write(bytes), ms))
  from.on('end', () => void setTimeout(() => onto.end(), ms))
  from.on('error', () => onto.destroy())
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const node = createConnection({ port: to, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  carry(client, node)
  carry(node, client)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`)
})
