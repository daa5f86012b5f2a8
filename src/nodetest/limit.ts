import type { Waited } from './waits.ts'

/** As vitest begins what it says of a test, and of a hook, that took too long. */
const tooLate = /^(Test|Hook) timed out in \d+ms\./

interface Told {
  name?: string
  message: string
}

/**
 * Says what a test waited for when its time was over. Where that was its turn, others took its time: nobody knows how it
 * would have ended.
 */
export function explainLimit(errors: readonly Told[], { lines, isCrowdedOut }: Waited): void {
  for (const error of errors) {
    if (!tooLate.test(error.message)) continue
    error.message = [error.message, ...lines].join('\n')
    if (isCrowdedOut) error.name = 'Unknown'
  }
}
