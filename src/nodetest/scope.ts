import { AsyncLocalStorage } from 'node:async_hooks'
import type { ExpectStatic } from 'vitest'

/** An assertion's promise, and whether somebody took it. */
export interface Promised {
  readonly promise: Promise<unknown>
  taken: boolean
}

/** The test that something is done for. */
export interface Scope {
  /** Its own: what fails softly belongs to this test, whichever runs beside it. */
  readonly expect: ExpectStatic
  /** Aborted when the test ends, in time or not. */
  readonly signal: AbortSignal
  readonly promised: Set<Promised>
}

/** Tests run side by side in one worker, and what they call is the same for all: only this tells them apart. */
const scopes = new AsyncLocalStorage<Scope>()

export function currentScope(): Scope | undefined {
  return scopes.getStore()
}

interface Context {
  readonly signal: AbortSignal
  readonly expect: ExpectStatic
}

/**
 * Runs a test, then waits for the assertions that nobody awaited, and ends what it left behind on the node.
 * Vitest reads the names in the braces. Throws what those assertions throw.
 */
export async function around(run: () => Promise<void>, { signal, expect }: Context): Promise<void> {
  const ended = new AbortController()
  const promised = new Set<Promised>()
  const scope = { expect, signal: AbortSignal.any([signal, ended.signal]), promised }
  try {
    await scopes.run(scope, run)
    const failures = await failuresOf(promised)
    if (failures.length > 0) throw new AggregateError(failures)
  } finally {
    ended.abort()
  }
}

async function failuresOf(promised: ReadonlySet<Promised>): Promise<readonly unknown[]> {
  const left = [...promised].filter(({ taken }) => !taken)
  const results = await Promise.allSettled(left.map(({ promise }) => promise))
  return results.flatMap((result) => (result.status === 'rejected' ? [withHint(result.reason)] : []))
}

function withHint(reason: unknown): unknown {
  if (reason instanceof Error) reason.message += '. Nobody awaited this: write `await` before its `expect`.'
  return reason
}
