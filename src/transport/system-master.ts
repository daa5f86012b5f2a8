import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UnreachableError } from '../words/errors.ts'
import { startDeadline } from './deadline.ts'
import { knownHostLine } from './known-hosts.ts'
import { readyLimit } from './session.ts'
import type { ConnectOptions } from './ssh2.ts'
import { type Askpass, startAskpass } from './system-askpass.ts'
import { masterArguments, pinnedAlias } from './system-options.ts'
import { type End, startSsh } from './system-process.ts'
import { noSystemSsh, refusedBySsh } from './system-words.ts'
import type { Target } from './target.ts'

/** An ssh that has logged in, and through which channels are opened. */
export interface Master {
  /** The unix socket, in a folder that is ours alone. */
  readonly socket: string
  /** Resolves with what it said last on stderr, once it has ended. Never rejects. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/** Starts ssh and waits until it has logged in; `why` is why it is ssh. Throws UnreachableError with ssh's reason. */
export async function startMaster(target: Target, options: ConnectOptions, why: string): Promise<Master> {
  const { prompts, signal } = options
  // A unix socket's path has room for some 100 bytes.
  const folder = await mkdtemp(join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'conc-'))
  const limit = timeLimit(target, signal)
  const askpass = prompts && (await startAskpass(folder, prompts, limit.pausedFor))
  const socket = join(folder, 's')
  const ssh = startSsh(folder, await argumentsFor(target, folder, socket, askpass), askpass?.env)
  const ended = ssh.ended.then(async (end) => {
    askpass?.close()
    await rm(folder, { recursive: true, force: true })
    return end
  })
  const stop = async (): Promise<void> => {
    await ssh.stop()
    await ended
  }
  try {
    await Promise.race([ssh.ready, limit.reached, ended.then((end) => refuse(target, end, why))])
    askpass?.keep()
  } catch (error) {
    await stop()
    throw error
  } finally {
    limit.stop()
  }
  return { socket, ended: ended.then(({ said }) => said), stop }
}

async function argumentsFor(
  target: Target,
  folder: string,
  socket: string,
  askpass: Askpass | undefined,
): Promise<readonly string[]> {
  const pinFile = join(folder, 'known_hosts')
  if (target.hostKey.kind === 'pinned')
    await writeFile(pinFile, `${knownHostLine(pinnedAlias, target.hostKey.key)}\n`, { mode: 0o600 })
  return masterArguments(target, { socket, pinFile, canAsk: askpass !== undefined })
}

function refuse(target: Target, { said, missing }: End, why: string): never {
  throw missing ? noSystemSsh(target, why) : refusedBySsh(target, said)
}

interface TimeLimit {
  /** Rejects when the time is over or the attempt is given up. */
  readonly reached: Promise<never>
  pausedFor<T>(answer: Promise<T>): Promise<T>
  stop(): void
}

function timeLimit(target: Target, signal: AbortSignal | undefined): TimeLimit {
  let giveUp: (sentence: string) => void = () => {}
  const reached = new Promise<never>((_resolve, reject) => {
    giveUp = (sentence) => reject(new UnreachableError(`${target.name}: ${sentence}`))
  })
  reached.catch(() => {})
  const place = `${target.host} port ${target.port}`
  const deadline = startDeadline(readyLimit, () =>
    giveUp(`the login of ${target.user} on ${place} timed out after ${readyLimit / 1000} s.`),
  )
  const abort = (): void => giveUp('the attempt to connect was ended.')
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  return {
    reached,
    pausedFor: (answer) => deadline.pausedFor(answer),
    stop() {
      deadline.stop()
      signal?.removeEventListener('abort', abort)
    },
  }
}
