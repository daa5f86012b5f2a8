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
export type { Addr, AddrPort } from './questions/addr.ts'
export type { Cert } from './questions/cert.ts'
export type { Command } from './questions/command.ts'
export type { Cron, CronEntry, WantedEntry } from './questions/cron.ts'
export type { Disk } from './questions/disk.ts'
export type { Environment } from './questions/environment.ts'
export type { File } from './questions/file.ts'
export type { Group } from './questions/group.ts'
export type { Http, HttpOptions } from './questions/http.ts'
export type { Interface } from './questions/interface.ts'
export type { KernelModule, KernelParameter } from './questions/kernelModule.ts'
export type { Mount } from './questions/mount.ts'
export type { Package } from './questions/package.ts'
export type { Process, Processes, ProcessFilter } from './questions/process.ts'
export type { Service } from './questions/service.ts'
export type { Socket } from './questions/socket.ts'
export type { Sysctl } from './questions/sysctl.ts'
export type { SystemInfo } from './questions/systemInfo.ts'
export { Absent, type Answer, type Ask, type Question, type Subject, Unknown } from './questions/types.ts'
export type { User } from './questions/user.ts'

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
