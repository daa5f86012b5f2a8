import { localHost } from '../../src/hosts/local.ts'
import type { Host, RunOptions, RunResult } from '../../src/ops/types.ts'

/** A host of our own that counts what it is asked, and does something else for some of it. */
export interface CountingHost extends Host {
  /** What was run, each with its input and its options. */
  readonly runs: readonly Ran[]
}

export interface Ran {
  readonly argv: readonly string[]
  readonly text: string
  readonly options: RunOptions
}

/** @param instead does something else than this machine would, or gives undefined. */
export function countingHost(
  instead: (ran: Ran, count: number) => Promise<RunResult> | undefined = () => undefined,
): CountingHost {
  const runs: Ran[] = []
  const local = localHost('/')
  return {
    ...local,
    runs,
    run(argv, options = {}) {
      const ran = { argv, text: Buffer.from(options.input ?? '').toString('utf8'), options }
      runs.push(ran)
      return instead(ran, runs.length) ?? local.run(argv, withoutUser(options))
    },
  }
}

function withoutUser({ as: _as, ...options }: RunOptions): RunOptions {
  return options
}
