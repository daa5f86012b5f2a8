import { expect as base, type ExpectStatic } from 'vitest'
import { placedAt } from './place.ts'
import { currentScope, type Promised } from './scope.ts'

/**
 * Vitest's `expect`, always that of the test which calls it, also where many run side by side. Assertions about a node
 * are promises: one that is not awaited still counts.
 */
export const expect: ExpectStatic = new Proxy(base, {
  apply: (_base, _self, args) => watched(Reflect.apply(own(), undefined, args)),
  get(_base, key) {
    const value: unknown = Reflect.get(own(), key)
    return key === 'soft' ? (...args: unknown[]) => watched(Reflect.apply(own().soft, undefined, args)) : value
  },
})

function own(): ExpectStatic {
  return currentScope()?.expect ?? base
}

/** An assertion whose matchers, and those of what they lead on to (`not`, `resolves`), are watched for promises. */
function watched(value: unknown, owner?: object): unknown {
  if (typeof value === 'function') {
    return new Proxy(value, {
      get: (target, key) => watched(Reflect.get(target, key), target),
      apply: (target, _self, args) => placed(Reflect.apply(target, owner, args)),
    })
  }
  // Chai keeps what an assertion is about under this name.
  if (typeof value !== 'object' || value === null || !('__flags' in value)) return value
  return new Proxy(value, { get: (target, key) => watched(Reflect.get(target, key), target) })
}

/** What fails after a wait gets the place of this call. */
function placed(value: unknown): unknown {
  if (!(value instanceof Promise)) return watched(value)
  const here = new Error()
  return recorded(
    value.catch((thrown: unknown) => {
      throw placedAt(thrown, here)
    }),
  )
}

/** The same promise, noted until somebody takes it; it is no stray rejection meanwhile. */
function recorded(promise: Promise<unknown>): unknown {
  const entry: Promised = { promise, taken: false }
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
