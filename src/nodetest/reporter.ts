import { stripVTControlCharacters } from 'node:util'
import type { Reporter, TestCase, TestModule, TestProject, TestSuite } from 'vitest/node'
import type { Counts, TestHappening } from '../ops/tests.ts'
import { type Failure, failureText } from './failure.ts'
import { counted } from './tally.ts'
import { isLeftOut, isSkippedByWord, type Verdict, verdictOf, verdictOn } from './verdict.ts'

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
  readonly tell: (node: string, happening: TestHappening) => void
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
  #projects: readonly TestProject[] = []

  constructor(input: ReporterInput) {
    this.#input = input
  }

  onTestRunStart(specifications: readonly { readonly project: TestProject }[]): void {
    this.#projects = specifications.map(({ project }) => project)
  }

  onTestCaseReady(test: TestCase): void {
    this.#input.onHeard(test.options.timeout)
    if (test.result().state === 'skipped') return
    this.#tell(test.project, { event: 'test-start', test: test.fullName, file: this.#nameOf(test.module) })
  }

  onTestCaseResult(test: TestCase): void {
    this.#input.onHeard()
    // Those that share a name are told in the order of the file, not of their ends.
    if (!isLeftOut(test) && !hasNamesake(test)) this.#endTest(test)
  }

  onTestModuleEnd(module: TestModule): void {
    this.#input.onHeard()
    const { tallies, onNodeEnd } = this.#input
    const tests = [...module.children.allTests()]
    for (const test of tests) this.#endTest(test)
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
    for (const error of errors) this.#input.onStray(failureText(error, '', ''))
  }

  #endTest(test: TestCase): void {
    if (this.#told.has(test.id)) return
    const verdict = verdictOn(test, this.#nameOf(test.module))
    if (this.#input.filtered && verdict.outcome === 'skip' && (isLeftOut(test) || isSkippedByWord(test))) return
    this.#told.add(test.id)
    const ms = Math.round(test.diagnostic()?.duration ?? 0)
    this.#end(test.module, verdict, { test: test.fullName, tags: test.tags, ms })
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
    const all = module.project.vitest.state.getUnhandledErrors().map((error): unknown => error)
    const errors = all.filter((error): error is Failure => isStrayOf(error, module.moduleId))
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

function isStrayOf(error: unknown, path: string): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'VITEST_TEST_PATH') === path
}

function hasNamesake({ name, parent }: TestCase): boolean {
  return [...parent.children].filter((each) => each.type === 'test' && each.name === name).length > 1
}
