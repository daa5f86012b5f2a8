import type { Readable } from 'node:stream'

/** What a socket said first; kept for the case that it is not SSH at all. */
export interface FirstBytes {
  text(): string
  stop(): void
}

/** Listens in on a socket beside ssh2. To be called in the same turn as `Client.connect`, or bytes are missed there. */
export function firstBytesOf(socket: Readable, limit = 256): FirstBytes {
  let heard = Buffer.alloc(0)
  const listen = (chunk: Buffer): void => {
    heard = Buffer.concat([heard, chunk.subarray(0, limit - heard.length)])
  }
  socket.on('data', listen)
  return {
    text: () => heard.toString('latin1'),
    stop: () => socket.off('data', listen),
  }
}
