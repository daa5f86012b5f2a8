import type { Writable } from 'node:stream'

/** Gives a function that resolves when the stream has taken what was written to it, or is gone; undefined when it need not be waited for. */
export function drainOf(stream: Writable): () => Promise<void> | undefined {
  let waiting: Promise<void> | undefined
  return () => {
    if (!stream.writableNeedDrain || stream.destroyed) return undefined
    waiting ??= new Promise((resolve) => {
      const done = () => {
        stream.off('drain', done).off('close', done)
        waiting = undefined
        resolve()
      }
      stream.on('drain', done).on('close', done)
    })
    return waiting
  }
}
