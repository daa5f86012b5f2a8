import type { Writable } from 'node:stream'

/** Gives a function that resolves when the stream has taken what was written to it, or is gone; undefined when it need not be waited for. */
export function drainOf(stream: Writable): () => Promise<void> | undefined {
  let waiting: Promise<void> | undefined
  let gone = false
  // Node.js brings its own stdout back to life when its reader has gone: it looks as if it wanted to drain, and never does.
  stream.on('close', () => {
    gone = true
  })
  return () => {
    if (gone || !stream.writableNeedDrain || stream.destroyed) return undefined
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
