import { AsyncLocalStorage } from 'node:async_hooks'
import type { ExpectStatic, RunnerTestCase } from 'vitest'
import { explainLimit } from './limit.ts'
import { isUndecided } from './verdict.ts'
import { type Waited, Waits } from './waits.ts'

/** The promise of an assertion or of an `until`, and whether somebody took it. */
export interface Promised {
  readonly by: 'expect' | 'until'
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
  readonly waits: Waits
  /** Milliseconds that it may take. */
  readonly limit: number
}

/** Tests run side by side in one worker, and what they call is the same for all: only this tells them apart. */
const scopes = new AsyncLocalStorage<Scope>()

export function currentScope(): Scope | undefined {
  return scopes.getStore()
}

/** The same promise, noted until somebody takes it; it is no stray rejection meanwhile. */
export function recorded<T>(promise: Promise<T>, by: Promised['by']): Promise<T> {
  const entry: Promised = { by, promise, taken: false }
  currentScope()?.promised.add(entry)
  promise.catch(() => {})
  return new Proxy(promise, {
    get(target, key) {
      entry.taken ||= key === 'then' || key === 'catch' || key === 'finally'
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

interface Context {
  readonly signal: AbortSignal
  readonly expect: ExpectStatic
  readonly task: Pick<RunnerTestCase, 'fails' | 'meta' | 'result' | 'timeout'>
}

/**
 * Runs a test, then waits for what nobody awaited, and ends what it left behind on the node.
 * Vitest reads the names in the braces. Throws what that throws.
 */
export async function around(run: () => Promise<void>, { signal, expect, task }: Context): Promise<void> {
  const ended = new AbortController()
  const promised = new Set<Promised>()
  const waits = new Waits()
  task.meta.hasBegun = true
  let late: Waited | undefined
  // Before all that gives up then, and is waited for no more.
  const look = () => {
    late = waits.now()
  }
  signal.addEventListener('abort', look, { once: true })
  const scope = { expect, signal: AbortSignal.any([signal, ended.signal]), promised, waits, limit: task.timeout }
  try {
    await scopes.run(scope, run)
    if (late !== undefined) explainLimit(task.result?.errors ?? [], late)
    const failures = await failuresOf(promised)
    // It was to fail, and vitest would take any error for that.
    if (task.fails && isUndecided([...(task.result?.errors ?? []), ...failures])) task.fails = false
    if (failures.length > 0) throw new AggregateError(failures)
  } finally {
    ended.abort()
  }
}

/** A set is gone through to its end: what an `until` asks meanwhile is waited for too. */
async function failuresOf(promised: ReadonlySet<Promised>): Promise<readonly unknown[]> {
  const failures: unknown[] = []
  for (const { by, promise, taken } of promised)
    if (!taken) await promise.catch((reason: unknown) => failures.push(withHint(reason, by)))
  return failures
}

function withHint(reason: unknown, by: Promised['by']): unknown {
  if (reason instanceof Error) reason.message += `. Nobody awaited this: write \`await\` before its \`${by}\`.`
  return reason
}
