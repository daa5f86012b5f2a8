import type { TestModule, TestProject } from 'vitest/node'
import type { Counts, TestHappening } from '../ops/tests.ts'
import { counted } from './tally.ts'
import type { Verdict } from './verdict.ts'

/** What has become of a node's tests. */
export interface NodeTally {
  counts: Counts
  /** Files that could not be loaded. */
  readonly broken: Set<string>
  /** Files that have not ended yet. */
  files: number
}

export interface EndsInput {
  /** By the name of the node. */
  readonly tallies: ReadonlyMap<string, NodeTally>
  /** How a file is called in reports, by its path. */
  readonly names: ReadonlyMap<string, string>
  /** `at`: when it happened, where that is not now. */
  readonly tell: (node: string, happening: TestHappening, at?: Date) => void
}

/** What is told of a test, or of what counts as one. */
export interface About {
  readonly test: string
  readonly tags: readonly string[]
  readonly ms: number
}

/** Tells how things ended, and counts that. */
export class Ends {
  readonly #input: EndsInput

  constructor(input: EndsInput) {
    this.#input = input
  }

  end(module: TestModule, { outcome, why }: Verdict, about: About): void {
    const tally = this.#input.tallies.get(module.project.name)
    // Of a node that is gone its own end tells.
    if (outcome === 'unreachable' || tally === undefined) return
    tally.counts = counted(tally.counts, outcome)
    const file = this.nameOf(module)
    this.tell(module.project, { event: 'test-end', ...about, file, outcome, ...(why === undefined ? {} : { why }) })
  }

  /** None of its tests ran. */
  breakFile(module: TestModule, why: string): void {
    const file = this.nameOf(module)
    this.#input.tallies.get(module.project.name)?.broken.add(file)
    this.tell(module.project, { event: 'file-broken', file, why })
  }

  /** @returns whether it was the last file of its node. */
  endFile({ project }: TestModule): boolean {
    const tally = this.#input.tallies.get(project.name)
    if (tally === undefined) return false
    tally.files -= 1
    return tally.files === 0
  }

  tell({ name }: TestProject, happening: TestHappening, at?: Date): void {
    this.#input.tell(name, happening, at)
  }

  nameOf(module: TestModule): string {
    return this.#input.names.get(module.moduleId) ?? module.relativeModuleId
  }
}
