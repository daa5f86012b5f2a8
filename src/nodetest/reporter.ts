import { stripVTControlCharacters } from 'node:util'
import type { Reporter, TestCase, TestModule, TestProject } from 'vitest/node'
import { type About, Ends, type EndsInput } from './ends.ts'
import { failureText } from './failure.ts'
import { endModule } from './module.ts'
import { pathOf } from './strays.ts'
import { interrupted, isInterrupted, isLeftOut, isSkippedByWord, type Verdict, verdictOn } from './verdict.ts'

export interface ReporterInput extends EndsInput {
  /** Only some tests were asked for: the others are not told. */
  readonly filtered: boolean
  /** An `.only` is a failure, not a remark. */
  readonly refusesOnly: boolean
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

/** Makes events of what vitest tells: each test that is to be told begins and ends once. */
export class TestReporter {
  readonly #input: ReporterInput
  readonly #ends: Ends
  readonly #told = new Set<string>()
  /** Tests that are to run, and have not ended. */
  readonly #open = new Map<string, TestCase>()
  readonly #begun = new Set<string>()
  #projects: readonly TestProject[] = []

  constructor(input: ReporterInput) {
    this.#input = input
    this.#ends = new Ends(input)
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
    const happening = { event: 'test-start', test: test.fullName, file: this.#ends.nameOf(test.module) } as const
    this.#ends.tell(test.project, happening, at === undefined ? undefined : new Date(at))
  }

  onTestCaseResult(test: TestCase): void {
    this.#input.onHeard()
    // Those that share a name are told in the order of the file, not of their ends.
    if (!isLeftOut(test) && !hasNamesake(test)) this.#endTest(test)
  }

  onTestModuleEnd(module: TestModule): void {
    this.#input.onHeard()
    for (const test of module.children.allTests()) this.#endTest(test)
    endModule(module, this.#ends, this.#input.refusesOnly)
    if (this.#ends.endFile(module)) this.#input.onNodeEnd(module.project.name)
  }

  onUserConsoleLog({ type, content, taskId }: { type: 'stdout' | 'stderr'; content: string; taskId?: string }): void {
    const from = taskId === undefined ? undefined : this.#projects[0]?.vitest.state.getReportedEntityById(taskId)
    const project = from?.project ?? this.#projects[0]
    if (project !== undefined)
      this.#ends.tell(project, { event: 'test-output', stream: type, text: stripVTControlCharacters(content) })
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
      if (!isGone(test.project.name)) this.#ends.end(test.module, interrupted(this.#hasBegun(test)), aboutOf(test))
      this.#told.add(test.id)
    }
  }

  #endTest(test: TestCase): void {
    if (this.#told.has(test.id)) return
    const verdict = this.#verdictOn(test)
    if (this.#input.filtered && verdict.outcome === 'skip' && (isLeftOut(test) || isSkippedByWord(test))) return
    this.#told.add(test.id)
    this.#open.delete(test.id)
    this.#ends.end(test.module, verdict, aboutOf(test))
  }

  #verdictOn(test: TestCase): Verdict {
    if (this.#open.has(test.id) && isInterrupted(test)) return interrupted(this.#hasBegun(test))
    return verdictOn(test, this.#ends.nameOf(test.module))
  }

  /** Vitest tells beginnings late: a test may have said so itself by then. */
  #hasBegun(test: TestCase): boolean {
    return this.#begun.has(test.id) || test.meta().hasBegun === true
  }
}

function aboutOf(test: TestCase): About {
  return { test: test.fullName, tags: test.tags, ms: Math.round(test.diagnostic()?.duration ?? 0) }
}

function hasNamesake({ name, parent }: TestCase): boolean {
  return [...parent.children].filter((each) => each.type === 'test' && each.name === name).length > 1
}
