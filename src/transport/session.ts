import type { Duplex } from 'node:stream'
import type { Client, ConnectConfig } from 'ssh2'
import { UnreachableError } from '../words/errors.ts'
import { algorithmsFor } from './algorithms.ts'
import { authenticator } from './authenticator.ts'
import { connectionOver, type Watched } from './connection.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { endedEarly, loginRefused, tookTooLong } from './failures.ts'
import { firstBytesOf } from './first-bytes.ts'
import { type HostKeys, refusalOf } from './host-keys.ts'
import type { Counters } from './liveness.ts'
import type { LoginPlan } from './login.ts'
import type { Target } from './target.ts'
import type { Prompts } from './types.ts'

/** How long handshake and login may take, in milliseconds; the time a person takes to answer is not counted. */
export const readyLimit = 20_000

// Only so that a live link says something: ssh2 would count pings that still wait behind an upload as unanswered.
const pings = { keepaliveInterval: 10_000, keepaliveCountMax: 1_000_000 }

/** What a handshake and a login need. */
export interface Terms {
  readonly target: Target
  readonly hostKeys: HostKeys
  readonly plan: LoginPlan
  readonly prompts: Prompts | undefined
  readonly signal: AbortSignal | undefined
  /** Why the connection to the jump host is gone, where it is. */
  cut(): string | undefined
}

/** A connection that is logged in, and its machine's host key where that was new. */
export interface Session extends Watched {
  readonly client: Client
  readonly newKey: Buffer | undefined
}

type Fail = (error: UnreachableError) => void

/** Shakes hands over an open socket and logs in. Throws UnreachableError, HostKeyRefused for a host key; the socket is cut then. */
export async function startSession(socket: Duplex & Counters, terms: Terms): Promise<Session> {
  const { default: ssh2 } = await import('ssh2')
  const client = new ssh2.Client()
  const { target, signal, cut } = terms
  return new Promise((resolve, reject) => {
    const heard = firstBytesOf(socket)
    const verifier = hostVerifier(terms)
    let failure: Error | undefined
    const settle = (): void => {
      deadline.stop()
      signal?.removeEventListener('abort', abort)
    }
    const fail: Fail = (error) => {
      settle()
      reject(error)
      socket.destroy()
    }
    const abort = (): void => fail(new UnreachableError('the attempt to connect was ended.'))
    const deadline = startDeadline(readyLimit, () => fail(tookTooLong(target, heard.text(), readyLimit)))
    client.on('error', (error) => {
      failure ??= error
    })
    client.once('close', () =>
      fail(verifier.refusal() ?? brokenBelow(cut) ?? endedEarly(target, heard.text(), failure)),
    )
    client.once('handshake', () => heard.stop())
    client.once('ready', () => {
      settle()
      const label = `${target.user}@${target.host}:${target.port}`
      resolve({ client, ...connectionOver(client, { socket, label, cut }), newKey: verifier.newKey() })
    })
    signal?.addEventListener('abort', abort)
    client.connect({ sock: socket, ...configOf(terms, deadline, fail), hostVerifier: verifier.verify })
    if (signal?.aborted) abort()
  })
}

function configOf({ target, hostKeys, plan, prompts }: Terms, deadline: Deadline, fail: Fail): ConnectConfig {
  return {
    username: target.user,
    algorithms: algorithmsFor(hostKeys.knownTypes),
    authHandler: authenticator(plan.attempts, target.user, prompts && paused(prompts, deadline), (tried) =>
      fail(loginRefused(target, tried, plan.notes, plan.beyond)),
    ),
    readyTimeout: 0,
    ...pings,
  }
}

function brokenBelow(cut: Terms['cut']): UnreachableError | undefined {
  const why = cut()
  return why === undefined ? undefined : new UnreachableError(`${why}.`)
}

function paused(prompts: Prompts, deadline: Deadline): Prompts {
  return {
    ...prompts,
    secret: (question) => deadline.pausedFor(prompts.secret(question)),
    confirm: (question) => deadline.pausedFor(prompts.confirm(question)),
  }
}

interface Verifier {
  verify(key: Buffer, done: (accepted: boolean) => void): void
  refusal(): UnreachableError | undefined
  newKey(): Buffer | undefined
}

// ssh2 takes any answer but `false` for yes, a promise too; so the answer goes through the callback, and `verify` returns nothing.
function hostVerifier({ target, hostKeys }: Terms): Verifier {
  const { hostKey: policy } = target
  let accepted: Buffer | undefined
  let newKey: Buffer | undefined
  let refusal: UnreachableError | undefined
  const mayAccept = (key: Buffer): boolean => {
    // Called again at each new key exchange: the machine has to stay the same.
    if (accepted) return accepted.equals(key)
    const { kind } = hostKeys.judge(key)
    const isNew = kind === 'unknown' && policy.kind === 'known-hosts' && policy.mode === 'accept-new'
    if (isNew) newKey = Buffer.from(key)
    return kind === 'known' || isNew
  }
  return {
    verify(key, done) {
      if (mayAccept(key)) {
        accepted ??= Buffer.from(key)
        return done(true)
      }
      refusal ??= refusalOf(hostKeys, Buffer.from(key), policy, target)
      done(false)
    },
    refusal: () => refusal,
    newKey: () => newKey,
  }
}
