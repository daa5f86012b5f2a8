import type { Socket } from 'node:net'
import type { ConnectConfig } from 'ssh2'
import { UnreachableError } from '../words/errors.ts'
import { algorithmsFor } from './algorithms.ts'
import { authenticator } from './authenticator.ts'
import { connectionOver } from './connection.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { endedEarly, loginRefused, tookTooLong } from './failures.ts'
import { firstBytesOf } from './first-bytes.ts'
import { type HostKeys, refusalOf } from './host-keys.ts'
import type { LoginPlan } from './login.ts'
import type { Target } from './target.ts'
import type { Connection, Prompts } from './types.ts'

/** How long handshake and login may take, in milliseconds; the time a person takes to answer is not counted. */
export const readyLimit = 20_000

// A dead link is noticed at the third of these: within 30 s.
const keepalive = { keepaliveInterval: 10_000, keepaliveCountMax: 2 }

/** What a handshake and a login need. */
export interface Terms {
  readonly target: Target
  readonly hostKeys: HostKeys
  readonly plan: LoginPlan
  readonly prompts: Prompts | undefined
  readonly signal: AbortSignal | undefined
}

/** A connection that is logged in, and its machine's host key where that was new. */
export interface Session {
  readonly connection: Connection
  readonly newKey: Buffer | undefined
}

type Fail = (error: UnreachableError) => void

/** Shakes hands over an open socket and logs in. Throws UnreachableError, HostKeyRefused for a host key; the socket is cut then. */
export async function startSession(socket: Socket, terms: Terms): Promise<Session> {
  const { default: ssh2 } = await import('ssh2')
  const client = new ssh2.Client()
  const { target, signal } = terms
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
    client.once('close', () => fail(verifier.refusal() ?? endedEarly(target, heard.text(), failure)))
    client.once('handshake', () => heard.stop())
    client.once('ready', () => {
      settle()
      const connection = connectionOver(client, `${target.user}@${target.host}:${target.port}`)
      resolve({ connection, newKey: verifier.newKey() })
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
      fail(loginRefused(target, tried, plan.notes)),
    ),
    readyTimeout: 0,
    ...keepalive,
  }
}

function paused(prompts: Prompts, deadline: Deadline): Prompts {
  return {
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
