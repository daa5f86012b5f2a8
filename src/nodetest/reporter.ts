import { stripVTControlCharacters } from 'node:util'
import type { Reporter, TestCase, TestModule, TestProject, TestSuite } from 'vitest/node'
import type { Counts, TestHappening } from '../ops/tests.ts'
import { failureText } from './failure.ts'
import { onlyIn } from './only.ts'
import { pathOf, straysOf } from './strays.ts'
import { counted } from './tally.ts'
import {
  interrupted,
  isInterrupted,
  isLeftOut,
  isSkippedByWord,
  type Verdict,
  verdictOf,
  verdictOn,
} from './verdict.ts'

/** What has become of a node's tests. */
export interface NodeTally {
  counts: Counts
  /** Files that could not be loaded. */
  readonly broken: Set<string>
  /** Files that have not ended yet. */
  files: number
}

export interface ReporterInput {
  /** By the name of the node. */
  readonly tallies: ReadonlyMap<string, NodeTally>
  /** How a file is called in reports, by its path. */
  readonly names: ReadonlyMap<string, string>
  /** Only some tests were asked for: the others are not told. */
  readonly filtered: boolean
  /** An `.only` is a failure, not a remark. */
  readonly refusesOnly: boolean
  /** `at`: when it happened, where that is not now. */
  readonly tell: (node: string, happening: TestHappening, at?: Date) => void
  /** All files of a node have ended. */
  readonly onNodeEnd: (node: string) => void
  /** Vitest was heard; a test that may take so many milliseconds has begun. */
  readonly onHeard: (longest?: number) => void
  /** An error that belongs to no test. */
  readonly onStray: (why: string) => void
}

/** As vitest takes it: a plain object, as it copies what it is given. */
export function reporterHooks(reporter: TestReporter): Reporter {
  return {
    onTestRunStart: (specifications) => reporter.onTestRunStart(specifications),
    onTestModuleCollected: (module) => reporter.onTestModuleCollected(module),
    onTestCaseReady: (test) => reporter.onTestCaseReady(test),
    onTestCaseResult: (test) => reporter.onTestCaseResult(test),
    onTestModuleEnd: (module) => reporter.onTestModuleEnd(module),
    onUserConsoleLog: (log) => reporter.onUserConsoleLog(log),
    onTestRunEnd: (modules, errors) => reporter.onTestRunEnd(modules, errors),
  }
}

/** Makes events of what vitest tells. */
export class TestReporter {
  readonly #input: ReporterInput
  readonly #told = new Set<string>()
  /** Tests that are to run, and have not ended. */
  readonly #open = new Map<string, TestCase>()
  readonly #begun = new Set<string>()
  #projects: readonly TestProject[] = []

  constructor(input: ReporterInput) {
    this.#input = input
  }

  onTestRunStart(specifications: readonly { readonly project: TestProject }[]): void {
    this.#projects = specifications.map(({ project }) => project)
  }

  onTestModuleCollected(module: TestModule): void {
    for (const test of module.children.allTests()) if (test.result().state === 'pending') this.#open.set(test.id, test)
  }

  onTestCaseReady(test: TestCase): void {
    this.#input.onHeard(test.options.timeout)
    if (test.result().state === 'skipped') return
    this.#begun.add(test.id)
    const at = test.diagnostic()?.startTime
    const happening = { event: 'test-start', test: test.fullName, file: this.#nameOf(test.module) } as const
    this.#input.tell(test.project.name, happening, at === undefined ? undefined : new Date(at))
  }

  onTestCaseResult(test: TestCase): void {
    this.#input.onHeard()
    // Those that share a name are told in the order of the file, not of their ends.
    if (!isLeftOut(test) && !hasNamesake(test)) this.#endTest(test)
  }

  onTestModuleEnd(module: TestModule): void {
    this.#input.onHeard()
    const { tallies, onNodeEnd } = this.#input
    for (const test of module.children.allTests()) this.#endTest(test)
    this.#tellOnly(module)
    this.#endHooks(module)
    for (const suite of module.children.allSuites()) this.#endHooks(suite)
    this.#endStrays(module)
    const tally = tallies.get(module.project.name)
    if (tally === undefined) return
    tally.files -= 1
    if (tally.files === 0) onNodeEnd(module.project.name)
  }

  onUserConsoleLog({ type, content, taskId }: { type: 'stdout' | 'stderr'; content: string; taskId?: string }): void {
    const from = taskId === undefined ? undefined : this.#projects[0]?.vitest.state.getReportedEntityById(taskId)
    const project = from?.project ?? this.#projects[0]
    if (project !== undefined)
      this.#tell(project, { event: 'test-output', stream: type, text: stripVTControlCharacters(content) })
  }

  onTestRunEnd(_modules: unknown, errors: readonly Parameters<typeof failureText>[0][]): void {
    for (const error of errors) {
      const path = pathOf(error) ?? ''
      this.#input.onStray(failureText(error, path, this.#input.names.get(path) ?? path))
    }
  }

  /** The run is over, whatever has not ended: what is told after that counts no more. @param isGone of such a node its end tells all. */
  end(isGone: (node: string) => boolean): void {
    for (const test of this.#open.values()) {
      if (!isGone(test.project.name)) this.#end(test.module, interrupted(this.#hasBegun(test)), aboutOf(test))
      this.#told.add(test.id)
    }
  }

  #endTest(test: TestCase): void {
    if (this.#told.has(test.id)) return
    const verdict = this.#verdictOn(test)
    if (this.#input.filtered && verdict.outcome === 'skip' && (isLeftOut(test) || isSkippedByWord(test))) return
    this.#told.add(test.id)
    this.#open.delete(test.id)
    this.#end(test.module, verdict, aboutOf(test))
  }

  #verdictOn(test: TestCase): Verdict {
    if (this.#open.has(test.id) && isInterrupted(test)) return interrupted(this.#hasBegun(test))
    return verdictOn(test, this.#nameOf(test.module))
  }

  /** Vitest tells beginnings late: a test may have said so itself by then. */
  #hasBegun(test: TestCase): boolean {
    return this.#begun.has(test.id) || test.meta().hasBegun === true
  }

  /** What an `.only` leaves out looks like any skip: its own place is told. */
  #tellOnly(module: TestModule): void {
    const isAnyOut = [...module.children.allTests()].some(({ options }) => options.mode === 'skip')
    const line = isAnyOut ? onlyIn(module.moduleId) : undefined
    if (line === undefined) return
    const file = this.#nameOf(module)
    const why = `\`.only\` leaves out the other tests of its file. Remove it.\n  at ${file}:${line}`
    if (this.#input.refusesOnly) this.#end(module, { outcome: 'fail', why }, { test: '.only', tags: [], ms: 0 })
    else this.#tell(module.project, { event: 'file-only', file, line })
  }

  /** What failed in a hook and made no test fail is an end of its own; in a file without tests it is the file that is broken. */
  #endHooks(suite: TestSuite | TestModule): void {
    const errors = suite.errors()
    if (errors.length === 0) return
    const module = suite.type === 'module' ? suite : suite.module
    const file = this.#nameOf(module)
    const verdict = verdictOf(errors, module.moduleId, file)
    if (suite.type === 'module' && suite.children.size === 0) {
      this.#input.tallies.get(module.project.name)?.broken.add(file)
      this.#tell(module.project, { event: 'file-broken', file, why: verdict.why ?? '' })
    } else if (![...suite.children.allTests()].some(isLeftOut)) {
      this.#end(module, verdict, {
        test: suite.type === 'module' ? 'hooks' : `${suite.fullName} > hooks`,
        tags: [],
        ms: 0,
      })
    }
  }

  /** What was thrown while nobody waited is an end of its own, of each node that it can be laid to: vitest tells its file alone. */
  #endStrays(module: TestModule): void {
    const errors = straysOf(module)
    if (errors.length === 0) return
    const verdict = verdictOf(errors, module.moduleId, this.#nameOf(module))
    this.#end(module, verdict, { test: 'stray errors', tags: [], ms: 0 })
  }

  #end(
    module: TestModule,
    { outcome, why }: Verdict,
    about: { test: string; tags: readonly string[]; ms: number },
  ): void {
    const tally = this.#input.tallies.get(module.project.name)
    // Of a node that is gone its own end tells.
    if (outcome === 'unreachable' || tally === undefined) return
    tally.counts = counted(tally.counts, outcome)
    const file = this.#nameOf(module)
    this.#tell(module.project, { event: 'test-end', ...about, file, outcome, ...(why === undefined ? {} : { why }) })
  }

  #tell({ name }: TestProject, happening: TestHappening): void {
    this.#input.tell(name, happening)
  }

  #nameOf(module: TestModule): string {
    return this.#input.names.get(module.moduleId) ?? module.relativeModuleId
  }
}

function aboutOf(test: TestCase) {
  return { test: test.fullName, tags: test.tags, ms: Math.round(test.diagnostic()?.duration ?? 0) }
}

function hasNamesake({ name, parent }: TestCase): boolean {
  return [...parent.children].filter((each) => each.type === 'test' && each.name === name).length > 1
}
