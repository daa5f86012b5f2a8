import type { TestModule, TestSuite } from 'vitest/node'
import type { Ends } from './ends.ts'
import { onlyIn } from './only.ts'
import { straysOf } from './strays.ts'
import { isLeftOut, verdictOf } from './verdict.ts'

/** Tells what is to be told of a file besides its tests. @param refusesOnly an `.only` is a failure, not a remark. */
export function endModule(module: TestModule, ends: Ends, refusesOnly: boolean): void {
  endOnly(module, ends, refusesOnly)
  endHooks(module, ends)
  for (const suite of module.children.allSuites()) endHooks(suite, ends)
  endStrays(module, ends)
}

/** What an `.only` leaves out looks like any skip: its own place is told. */
function endOnly(module: TestModule, ends: Ends, refusesOnly: boolean): void {
  const isAnyOut = [...module.children.allTests()].some(({ options }) => options.mode === 'skip')
  const line = isAnyOut ? onlyIn(module.moduleId) : undefined
  if (line === undefined) return
  const file = ends.nameOf(module)
  const why = `\`.only\` leaves out the other tests of its file. Remove it.\n  at ${file}:${line}`
  if (refusesOnly) ends.end(module, { outcome: 'fail', why }, { test: '.only', tags: [], ms: 0 })
  else ends.tell(module.project, { event: 'file-only', file, line })
}

/** What failed in a hook and made no test fail is an end of its own; in a file without tests it is the file that is broken. */
function endHooks(suite: TestSuite | TestModule, ends: Ends): void {
  const errors = suite.errors()
  if (errors.length === 0) return
  const module = suite.type === 'module' ? suite : suite.module
  const verdict = verdictOf(errors, module.moduleId, ends.nameOf(module))
  if (suite.type === 'module' && suite.children.size === 0) ends.breakFile(module, verdict.why ?? '')
  else if (![...suite.children.allTests()].some(isLeftOut)) {
    const test = suite.type === 'module' ? 'hooks' : `${suite.fullName} > hooks`
    ends.end(module, verdict, { test, tags: [], ms: 0 })
  }
}

/** What was thrown while nobody waited is an end of its own, of each node that it can be laid to: vitest tells its file alone. */
function endStrays(module: TestModule, ends: Ends): void {
  const errors = straysOf(module)
  if (errors.length === 0) return
  const verdict = verdictOf(errors, module.moduleId, ends.nameOf(module))
  ends.end(module, verdict, { test: 'stray errors', tags: [], ms: 0 })
}
