import type { Writable } from 'node:stream'
import { fileFault } from '../words/filefault.ts'

/** Where results go. */
export interface Results {
  readonly write: (chunk: string | Uint8Array) => void
  /** Whether a write failed, other than for want of a reader. */
  readonly failed: () => boolean
  /** Aborted when its reader has gone. */
  readonly unread: AbortSignal
}

/**
 * Writes to a stream until that fails, as on a full disk; then no more, so that what is there has no hole.
 * @param tell is told why, once; a reader that goes away is nobody's loss.
 */
export function untilItFails(stream: Writable, tell: (why: string) => void): Results {
  let over = false
  let failed = false
  const unread = new AbortController()
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (over) return
    over = true
    if (error.code === 'EPIPE') return unread.abort()
    failed = true
    tell(fileFault(error))
  })
  return {
    write(chunk) {
      if (!over) stream.write(chunk)
    },
    failed: () => failed,
    unread: unread.signal,
  }
}
