import type { Client, ClientChannel, ExecOptions } from 'ssh2'
import { BrokenError, LostError, messageOf } from '../words/errors.ts'
import { channelOver } from './channel.ts'
import { plainLine } from './plain.ts'
import { offersSftp } from './sftp.ts'
import { terminalOver } from './terminal.ts'
import type { Connection } from './types.ts'

/** How long a polite end may take, in milliseconds, before the socket is cut. */
const farewell = 2_000

/** A client that has just logged in, as a connection. To be called in its `ready` event, or an early loss goes unseen. */
export function connectionOver(client: Client, label: string): Connection {
  let over = false
  let closing = false
  let cause = 'the other side ended the connection'
  client.on('error', (error: Error & { level?: string }) => {
    cause = causeOf(error)
  })
  const gone = new Promise<string>((resolve) => {
    client.once('close', () => {
      over = true
      resolve(closing ? 'closed' : cause)
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
  return {
    label,
    gone,
    open: async (command) => channelOver(await start(command, {}), gone),
    openTerminal: async (command, kind, { columns, rows }) =>
      terminalOver(await start(command, { pty: { term: kind, cols: columns, rows } })),
    hasSftp: async () => !over && !closing && (await offersSftp(client)),
    async close() {
      closing = true
      client.end()
      const timer = setTimeout(() => client.destroy(), farewell)
      await gone
      clearTimeout(timer)
    },
  }
}

function exec(client: Client, command: string, options: ExecOptions): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, options, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
}

function causeOf(error: Error & { level?: string }): string {
  if (error.level === 'client-timeout') return 'it stopped answering'
  if (error.level === 'client-socket') return `the network failed: ${error.message}`
  return `it ended the connection: ${plainLine(error.message)}`
}
