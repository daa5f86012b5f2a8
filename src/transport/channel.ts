import { Writable } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { LostError } from '../words/errors.ts'
import type { Channel } from './types.ts'

/** How many bytes a writer may be ahead before it has to wait. */
const ahead = 256 * 1024

/** An ssh2 channel as ours. `lost` resolves when the connection is gone. */
export function channelOver(raw: ClientChannel, lost: Promise<unknown>): Channel {
  const stdin = stdinOf(raw)
  for (const stream of [raw, raw.stderr, stdin]) stream.on('error', () => {})
  const end = (): void => {
    if (!stdin.writableFinished) stdin.destroy()
  }
  raw.once('close', end)
  void lost.then(end)
  let cut = (): void => {}
  const closed = new Promise<void>((resolve) => {
    cut = resolve
    void Promise.all([over(raw), over(raw.stderr)]).then(() => resolve())
  })
  return {
    stdin,
    stdout: raw,
    stderr: raw.stderr,
    closed,
    destroy() {
      raw.destroy()
      end()
      // sshd answers only when the command has ended, which may be never.
      cut()
    },
  }
}

function over(stream: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => stream.once('close', () => resolve()))
}

// ssh2 never answers a write to a channel that is over: here the waiting writer gets an error instead.
function stdinOf(raw: ClientChannel): Writable {
  let waiting: ((error?: Error | null) => void) | undefined
  const settle = (error?: Error | null): void => {
    const done = waiting
    waiting = undefined
    done?.(error)
  }
  return new Writable({
    highWaterMark: ahead,
    write(chunk: Buffer, _encoding, done) {
      waiting = done
      raw.write(chunk, settle)
    },
    final(done) {
      raw.end()
      done()
    },
    destroy(error, done) {
      settle(new LostError('the channel is over'))
      done(error)
    },
  })
}
