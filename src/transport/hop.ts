import { Duplex } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import { messageOf, UnreachableError } from '../words/errors.ts'
import type { Address } from './address.ts'
import type { Counters } from './liveness.ts'
import { plainLine } from './plain.ts'

/** A connection that a jump host makes for us, with the manners of a socket. */
export class HopSocket extends Duplex implements Counters {
  readonly #raw: ClientChannel
  #handed = 0
  bytesRead = 0

  constructor(raw: ClientChannel) {
    super({ allowHalfOpen: false })
    this.#raw = raw
    raw.on('error', () => {})
    raw.stderr.resume()
    raw.on('data', (chunk: Buffer) => {
      this.bytesRead += chunk.length
      if (!this.push(chunk)) raw.pause()
    })
    // When the machine has ended its side: nothing of SSH is half open.
    const over = (): void => void this.push(null)
    raw.once('end', over).once('close', over)
    this.once('end', () => this.destroy())
  }

  get bytesWritten(): number {
    return this.#handed + this.writableLength
  }

  override _read(): void {
    this.#raw.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#raw.write(chunk, () => {
      this.#handed += chunk.length
      done()
    })
  }

  override _final(done: () => void): void {
    this.#raw.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#raw.destroy()
    done(error)
  }
}

/** Where a jump host is asked to connect to; `hop` is its name for people, `limit` is in milliseconds. */
export interface Onward extends Address {
  readonly hop: string
  readonly limit: number
  readonly signal: AbortSignal | undefined
}

/** Has a jump host connect to a machine. Throws UnreachableError with one sentence that names the jump host. */
export function throughHop(client: Client, onward: Onward): Promise<HopSocket> {
  const { host, port, hop, limit, signal } = onward
  return new Promise((resolve, reject) => {
    const fail = (sentence: string): void => {
      settle()
      reject(new UnreachableError(sentence))
    }
    const abort = (): void => fail('the attempt to connect was ended.')
    const timer = setTimeout(
      () => fail(`the jump host ${hop} did not connect to ${host} port ${port} within ${limit / 1000} s.`),
      limit,
    )
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) return abort()
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
      settle()
      if (error) reject(new UnreachableError(sentenceFor(error, onward)))
      else resolve(new HopSocket(channel))
    })
  })
}

// RFC 4254, 5.1: 1 is "administratively prohibited", 2 is "connect failed".
function sentenceFor(error: Error & { reason?: unknown }, { host, port, hop }: Onward): string {
  if (error.reason === 1 || error.reason === 'ADMINISTRATIVELY_PROHIBITED')
    return `the jump host ${hop} forbids connections to ${host} port ${port} (AllowTcpForwarding or PermitOpen in its sshd_config, or an option of the key).`
  const why = plainLine(messageOf(error)).replace(/^\(SSH\) Channel open failure: /, '')
  return `the jump host ${hop} can't reach ${host} port ${port}: ${why}.`
}
