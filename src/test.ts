// What node tests import as `conc-deploy/test`, and all that they need to.

import { test as base, expect as baseExpect, inject } from 'vitest'
import { connect } from './nodetest/client.ts'
import { nodeMatchers } from './nodetest/match.ts'
import { nodeOn, type TestedNode } from './nodetest/node.ts'
import { currentScope } from './nodetest/scope.ts'

export { describe } from 'vitest'
export type { NodeMatchers } from './nodetest/augment.ts'
export type { CommandLine, CommandOptions, CommandResult } from './nodetest/command.ts'
export { expect } from './nodetest/expect.ts'
export type { TestedNode } from './nodetest/node.ts'
export { type UntilOptions, until } from './nodetest/until.ts'
export { Absent, type Subject, Unknown } from './questions/types.ts'

baseExpect.extend(nodeMatchers)

/** Vitest's `test`, whose function gets the node: `test('…', async ({ node }) => …)`; `host` is the same. */
export const test = base
  .extend('node', { scope: 'worker' }, async (): Promise<TestedNode> => {
    const provided = inject('conc')
    return nodeOn(await connect(provided), provided, currentScope)
  })
  .extend('host', { scope: 'worker' }, ({ node }) => node)

// Vitest's hooks, which get the node as a test does: those of the plain `beforeAll` would not.
export const afterAll: typeof test.afterAll = test.afterAll.bind(test)
export const afterEach: typeof test.afterEach = test.afterEach.bind(test)
export const beforeAll: typeof test.beforeAll = test.beforeAll.bind(test)
export const beforeEach: typeof test.beforeEach = test.beforeEach.bind(test)
