import type { Duplex } from 'node:stream'
import type { Client, ClientChannel, ExecOptions } from 'ssh2'
import { BrokenError, LostError, messageOf } from '../words/errors.ts'
import { channelOver } from './channel.ts'
import { type Counters, watchLiveness } from './liveness.ts'
import { plainLine } from './plain.ts'
import { offersSftp } from './sftp.ts'
import { terminalOver } from './terminal.ts'
import type { Connection } from './types.ts'

/** How long a polite end may take, in milliseconds, before the socket is cut. */
const farewell = 2_000

/** A connection, and why it is gone: undefined while it is there. */
export interface Watched {
  readonly connection: Connection
  lost(): string | undefined
}

/** What a connection runs over: `cut` tells why that is gone, where it knows. */
export interface Below {
  readonly socket: Duplex & Counters
  readonly label: string
  cut(): string | undefined
}

/** A client that has just logged in, as a connection. To be called in its `ready` event, or an early loss goes unseen. */
export function connectionOver(client: Client, { socket, label, cut }: Below): Watched {
  let over = false
  let closing = false
  let cause = 'the other side ended the connection'
  client.on('error', (error: Error & { level?: string }) => {
    cause = causeOf(error)
  })
  const rest = watchLiveness(socket, () => {
    cause = 'it stopped answering'
    client.destroy()
  })
  const gone = new Promise<string>((resolve) => {
    client.once('close', () => {
      rest()
      over = true
      cause = closing ? 'closed' : (cut() ?? cause)
      resolve(cause)
    })
  })
  const lost = (): LostError => new LostError(`${label}: the connection is gone: ${closing ? 'closed' : cause}.`)
  const start = async (command: string, options: ExecOptions): Promise<ClientChannel> => {
    if (over || closing) throw lost()
    return exec(client, command, options).catch((error: unknown) => {
      if (over || messageOf(error) === 'Not connected') throw lost()
      throw new BrokenError(`${label}: a command could not be started: ${plainLine(messageOf(error))}.`)
    })
  }
  const connection: Connection = {
    label,
    gone,
    open: async (command) => channelOver(await start(command, {}), gone),
    openTerminal: async (command, kind, { columns, rows }) =>
      terminalOver(await start(command, { pty: { term: kind, cols: columns, rows } })),
    hasSftp: async () => !over && !closing && (await offersSftp(client)),
    async close() {
      closing = true
      const timer = setTimeout(() => client.destroy(), farewell)
      void gone.then(() => clearTimeout(timer))
      // The other side's goodbye would take a round trip, and says nothing.
      const handedOver = new Promise((resolve) => socket.once('finish', resolve))
      client.end()
      await Promise.race([gone, handedOver])
    },
  }
  return { connection, lost: () => (over ? cause : undefined) }
}

function exec(client: Client, command: string, options: ExecOptions): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, options, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
}

function causeOf(error: Error & { level?: string }): string {
  if (error.level === 'client-socket') return `the network failed: ${error.message}`
  return `it ended the connection: ${plainLine(error.message)}`
}
