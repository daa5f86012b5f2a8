import { once } from 'node:events'
import { BrokenError, LostError, messageOf, UnreachableError } from '../words/errors.ts'
import { channelOfChild, startChild } from './child.ts'
import type { ConnectOptions } from './ssh2.ts'
import { type Master, startMaster } from './system-master.ts'
import { channelArguments } from './system-options.ts'
import { causeOfEnd } from './system-words.ts'
import type { Target } from './target.ts'
import type { Channel, Connection, Terminal, TerminalSize } from './types.ts'

/**
 * Connects by the system's own ssh: one that logs in and stays, and one more for each channel through it.
 * `why` says why it is that one. Throws UnreachableError, a sentence that begins with the node's name.
 */
export async function connectSystemSsh(target: Target, options: ConnectOptions, why: string): Promise<Connection> {
  if (target.login.privateKeys.length > 0)
    throw new UnreachableError(`${target.name}: a key in memory can't be handed to the system's ssh (${why}).`)
  const label = `${target.user}@${target.host}:${target.port} (ssh)`
  return connectionThrough(await startMaster(target, options, why), label)
}

function connectionThrough(master: Master, label: string): Connection {
  let lost: string | undefined
  let closing = false
  const gone = master.ended.then((said) => {
    lost = closing ? 'closed' : causeOfEnd(said)
    return lost
  })
  const start = async (flags: readonly string[], command: string, env?: NodeJS.ProcessEnv) => {
    if (lost !== undefined || closing) throw new LostError(`${label}: the connection is gone: ${lost ?? 'closed'}.`)
    try {
      return await startChild(['ssh', ...channelArguments(master.socket, flags, command)], env ? { env } : {})
    } catch (error) {
      throw new BrokenError(`${label}: ssh could not be started: ${messageOf(error)}.`)
    }
  }
  return {
    label,
    gone,
    open: async (command) => channelOfChild(await start(['-T'], command)),
    openTerminal: async (command, kind, size) =>
      terminalOf(await start(['-tt'], sized(command, size), { ...process.env, TERM: kind })),
    hasSftp: async () => lost === undefined && !closing && offersSftp(channelOfChild(await start(['-s'], 'sftp'))),
    async close() {
      closing = true
      await master.stop()
      await gone
    },
  }
}

// ssh takes size and modes from its own terminal, and has none here: so they are set on the node, once.
function sized(command: string, { columns, rows }: TerminalSize): string {
  return `stty sane rows ${rows} columns ${columns}; ${command}`
}

function terminalOf(child: Awaited<ReturnType<typeof startChild>>): Terminal {
  for (const stream of [child, child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})
  child.stderr.resume()
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    ended: once(child, 'close').then(
      ([code]) => (typeof code === 'number' ? code : undefined),
      () => undefined,
    ),
    resize: () => {},
  }
}

/** How long a node may take to say that it speaks SFTP, in milliseconds. */
const sftpPatience = 10_000

// SSH_FXP_INIT of version 3 is answered by SSH_FXP_VERSION, type 2 (draft-ietf-secsh-filexfer-02, 4).
async function offersSftp(channel: Channel): Promise<boolean> {
  const timer = setTimeout(() => channel.destroy(), sftpPatience)
  const heard: Buffer[] = []
  channel.stderr.resume()
  channel.stdin.write(Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]))
  try {
    for await (const chunk of channel.stdout) {
      heard.push(chunk)
      if (Buffer.concat(heard).length >= 5) break
    }
  } catch {
    // A cut stream: what came is what counts.
  }
  clearTimeout(timer)
  channel.destroy()
  return Buffer.concat(heard)[4] === 2
}
