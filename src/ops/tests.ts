// What node tests tell, and which of them are to run: plain data.

/**
 * How a test ended on a node. `unknown`: the node could not tell; it is neither a pass nor a plain fail. `interrupted`: the
 * run was stopped before it had ended, or begun.
 */
export type Outcome = 'pass' | 'fail' | 'skip' | 'unknown' | 'interrupted'

/** How many tests ended how. */
export type Counts = Readonly<Record<Outcome, number>>

/** What a person knows about a failure and puts up with until a day. */
export interface Waiver {
  readonly reason: string
  /** The last day on which it holds, `2026-12-31`. */
  readonly until: string
}

/** What happens while nodes are tested; each with time, node and the id of this run of the tests. */
export type TestHappening =
  | { readonly event: 'test-start'; readonly test: string; readonly file: string }
  | {
      readonly event: 'test-end'
      /** Its full name: the names of its `describe`s and its own, joined by ` > `. */
      readonly test: string
      /** From the folder of the deploy file. */
      readonly file: string
      readonly tags: readonly string[]
      readonly outcome: Outcome
      readonly ms: number
      /** Why it did not pass: messages, and for a skip its note. */
      readonly why?: string
      /** It failed, or was unknown, and that is put up with: `outcome` is `skip`. */
      readonly waived?: Waiver
    }
  /** What the test files themselves print. */
  | { readonly event: 'test-output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** An `.only` in a file, by its line, leaves out others of its tests. */
  | { readonly event: 'file-only'; readonly file: string; readonly line: number }
  /** A file that could not be loaded: no test of it ran. */
  | { readonly event: 'file-broken'; readonly file: string; readonly why: string }
  | {
      readonly event: 'node-end'
      /**
       * The worst of its tests; `skip` when it has none. `unreachable` when there was no login, and no test ran, or when it
       * went away: then tests that had begun have no end.
       */
      readonly outcome: Outcome | 'unreachable'
      readonly counts: Counts
      /** How often the node was asked something, several questions at once counting one. */
      readonly roundTrips: number
      readonly ms: number
      readonly why?: string
    }
  | {
      readonly event: 'run-end'
      readonly status: 'OK' | 'FAILED' | 'ERROR' | 'STOPPED'
      readonly exitCode: number
      readonly counts: Counts
      readonly unreachable: number
      readonly ms: number
      readonly why?: string
    }

/** `node` of `run-end` is the nodes' names joined by commas. */
export type TestEvent = TestHappening & { readonly time: string; readonly node: string; readonly run: string }

/** Which tests are to run. */
export interface TestSelection {
  /** Parts of the paths of test files; all files when empty. */
  readonly files?: readonly string[]
  /** A part of the full name, or a regular expression between slashes. */
  readonly name?: string
  /** Tags, as vitest's tagsFilter reads them: `smoke`, `web && !slow`. */
  readonly tags?: readonly string[]
  /** Built-in sets to run beside the files, such as `webapp`. */
  readonly builtin?: readonly string[]
}

/** Which tests a step runs. */
export interface TestRequest {
  readonly selection: TestSelection
  /** Milliseconds a test may take. */
  readonly timeout?: number
  /** A file with `.only` fails: nobody wants to have left out what it leaves out. */
  readonly refusesOnly?: boolean
}
