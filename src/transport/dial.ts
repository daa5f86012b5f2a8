import { connect, type Socket } from 'node:net'
import { UnreachableError } from '../words/errors.ts'
import type { Address } from './address.ts'

/**
 * Opens a TCP connection. Throws UnreachableError with one sentence: name not found, refused, no route, timed out, ended.
 * `limit` is in milliseconds.
 */
export function dial(address: Address, limit: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Node's 250 ms for each of several addresses is too short for a slow line.
    const socket = connect({ ...address, noDelay: true, autoSelectFamilyAttemptTimeout: 5_000 })
    const settle = (finish: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      socket.off('error', fail).off('connect', ready)
      finish()
    }
    const giveUp = (sentence: string): void =>
      settle(() => {
        socket.on('error', () => {}).destroy()
        reject(new UnreachableError(sentence))
      })
    const fail = (error: NodeJS.ErrnoException): void => giveUp(sentenceFor(error, address))
    const ready = (): void => settle(() => resolve(socket.setNoDelay(true)))
    const abort = (): void => giveUp('the attempt to connect was ended.')
    const timer = setTimeout(() => giveUp(timedOut(address, limit)), limit)
    socket.once('error', fail).once('connect', ready)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort)
  })
}

function sentenceFor(error: NodeJS.ErrnoException, { host, port }: Address): string {
  switch (codeOf(error)) {
    case 'ENOTFOUND':
      return `the name ${host} is not found. Correct sshd.ip, or the name service.`
    case 'EAI_AGAIN':
      return `the name ${host} can't be looked up at present: the name service does not answer.`
    case 'ECONNREFUSED':
      return `${host} refuses connections on port ${port}. Is sshd running there, and on this port?`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no route to ${host}.`
    case 'ETIMEDOUT':
      return `${host} does not answer on port ${port}: timed out.`
    default:
      return `${host} port ${port}: ${error.message}.`
  }
}

function timedOut({ host, port }: Address, limit: number): string {
  return `${host} does not answer on port ${port}: timed out after ${limit / 1000} s.`
}

// A name with several addresses fails with all their errors in one.
function codeOf(error: NodeJS.ErrnoException): string | undefined {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined
  if (first instanceof Error && 'code' in first && typeof first.code === 'string') return first.code
  return error.code
}
