import type { TestEvent, TestSelection } from '../ops/tests.ts'
import type { Host } from '../ops/types.ts'

/** A node that is to be tested, as plain data and a way to reach it. */
export interface TestNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** All its groups, those of its groups too. */
  readonly groups: readonly string[]
  /** The folder of its test files, absolute. */
  readonly folder: string
  /** For built-in sets, as `node.data`: plain data. */
  readonly data?: Readonly<Record<string, unknown>>
  /** Logs in. Throws UnreachableError; called once. */
  readonly reach: () => Promise<Reached>
}

export interface Reached {
  readonly host: Host
  readonly close: () => Promise<void>
}

/** What runs the tests. */
export interface TestInput {
  readonly nodes: readonly TestNode[]
  /** Absolute: the folder of the deploy file. */
  readonly folder: string
  readonly selection: TestSelection
  /** Variables of this process that no test gets. */
  readonly hidden?: readonly string[]
  readonly run: string
  readonly now: () => Date
  /** Milliseconds a test may take; 30,000 when absent. */
  readonly timeout?: number
  readonly refusesOnly?: boolean
  /** Where the transformed test files may be cached; nothing is written elsewhere. */
  readonly cacheFolder: string
  readonly signal?: AbortSignal
  readonly onEvent: (event: TestEvent) => void
}
