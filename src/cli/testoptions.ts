import type { CommonOptions } from './deploy.ts'
import type { SudoOptions } from './sudo.ts'

/** Where the outcomes of tests go. */
export interface ReportOptions {
  readonly junit?: string
  readonly tap?: string
  /** A file; `true` or empty: on stdout. */
  readonly json?: boolean | string
  readonly log?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
}

export interface TestCommandOptions extends Omit<CommonOptions, 'json'>, SudoOptions, ReportOptions {
  /** Of the nodes only those that this pattern names too. */
  readonly limit?: string
  readonly name?: string
  readonly tag?: readonly string[]
  readonly builtin?: readonly string[]
  /** Records what the nodes are like; runs no test. */
  readonly baseline?: boolean
  readonly changesOnly?: boolean
  readonly timeout?: string
}
