import { expect as base, type ExpectStatic } from 'vitest'
import { matchers } from './matchers.ts'
import { placedAt } from './place.ts'
import { currentScope, recorded } from './scope.ts'

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
  return new Proxy(value, {
    get(target, key) {
      if (isOwnOfVitest(key) && key in target) refusePromise(target)
      return watched(Reflect.get(target, key), target)
    },
  })
}

/** What leads on to matchers that wait, or is no assertion at all. */
const harmless: readonly string[] = ['not', 'resolves', 'rejects', 'then', 'constructor', 'toString']

/** The matchers for what a node is asked about wait for it themselves. */
function isOwnOfVitest(key: string | symbol): boolean {
  return typeof key === 'string' && !key.startsWith('_') && !harmless.includes(key) && !(key in matchers)
}

/** A promise is equal to nothing, and is truthy whatever the node says: no such matcher tells anything. */
function refusePromise(assertion: object): void {
  const { object, promise, poll }: Flags = Reflect.get(assertion, '__flags')
  if (!(object instanceof Promise) || promise !== undefined || poll !== undefined) return
  object.catch(() => {})
  throw new TypeError('Nobody awaited this. Write `await` before `node.…`.')
}

interface Flags {
  readonly object?: unknown
  /** `resolves` or `rejects`. */
  readonly promise?: unknown
  readonly poll?: unknown
}

/** What fails after a wait gets the place of this call. */
function placed(value: unknown): unknown {
  if (!(value instanceof Promise)) return watched(value)
  const here = new Error()
  const promise = value.catch((thrown: unknown) => {
    throw placedAt(thrown, here)
  })
  return recorded(promise, 'expect')
}
