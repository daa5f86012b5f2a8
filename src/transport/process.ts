import { BrokenError, LostError, messageOf } from '../words/errors.ts'
import { channelOfChild, startChild } from './child.ts'
import type { Channel, Connection } from './types.ts'

export interface ProcessOptions {
  /** The whole environment of the commands; this process's own when absent. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** A connection to this machine: each command is handed to `shell` (`['/bin/sh', '-c']`) as its last argument. */
export function connectProcess(shell: readonly string[], options: ProcessOptions = {}): Connection {
  const channels = new Set<Channel>()
  const { promise: gone, resolve: end } = promiseOf<string>()
  let over = false
  return {
    label: 'local',
    gone,
    async open(command) {
      if (over) throw new LostError('local: the connection is gone: closed.')
      const channel = await start([...shell, command], options)
      channels.add(channel)
      void channel.closed.then(() => channels.delete(channel))
      return channel
    },
    openTerminal: async () => {
      throw new BrokenError('local: there is no terminal over a plain process.')
    },
    hasSftp: async () => false,
    async close() {
      over = true
      const open = [...channels]
      for (const channel of open) channel.destroy()
      await Promise.all(open.map((channel) => channel.closed))
      end('closed')
    },
  }
}

async function start(argv: readonly string[], options: ProcessOptions): Promise<Channel> {
  try {
    return channelOfChild(await startChild(argv, options))
  } catch (error) {
    throw new BrokenError(`local: ${argv[0]} could not be started: ${messageOf(error)}.`)
  }
}

function promiseOf<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
