import type { Readable, Writable } from 'node:stream'
import type { ServerChannel } from 'ssh2'

/**
 * Copies a child's two outputs to an ssh2 server channel, exactly, and resolves at their end. `over` resolves when the channel is.
 * ssh2 1.17 keeps a chunk that waited for the window and sends it again, and both streams share that state: beyond 2 MiB
 * output is doubled, lost or stuck. So one write runs at a time, and what it left behind is cleared after it.
 */
export async function copyOutputs(
  stdout: Readable,
  stderr: Readable,
  channel: ServerChannel,
  over: Promise<void>,
): Promise<void> {
  let last: Promise<void> = Promise.resolve()
  const inTurn = (stream: Writable, chunk: Buffer): Promise<void> => {
    // A write to a channel that is over is never answered.
    last = last.then(() => Promise.race([writeOnce(stream, chunk, channel), over]))
    return last
  }
  await Promise.all([copy(stdout, channel, inTurn), copy(stderr, channel.stderr, inTurn)])
}

type Write = (stream: Writable, chunk: Buffer) => Promise<void>

async function copy(from: Readable, to: Writable, write: Write): Promise<void> {
  try {
    for await (const chunk of from) await write(to, chunk)
  } catch {
    // Our end was closed because the channel went away.
  }
}

function writeOnce(stream: Writable, chunk: Buffer, channel: ServerChannel): Promise<void> {
  return new Promise((resolve) => {
    stream.write(chunk, () => {
      Object.assign(channel, { _chunk: undefined, _chunkcb: undefined, _chunkErr: undefined, _chunkcbErr: undefined })
      resolve()
    })
  })
}
