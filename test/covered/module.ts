import v8 from '@vitest/coverage-v8'

/** Vitest's own coverage by V8, with what the tests' children reach. */
export default {
  ...v8,
  getProvider: async () => new (await import('./provider.ts')).WholeProvider(),
}
