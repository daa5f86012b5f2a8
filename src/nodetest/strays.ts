import type { TestModule } from 'vitest/node'
import type { Failure } from './failure.ts'

/** What was thrown while a file ran, and no test waited for. */
export function straysOf(module: TestModule): readonly Failure[] {
  const all = module.project.vitest.state.getUnhandledErrors().map((error): unknown => error)
  return all.filter((error): error is Failure => pathOf(error) === module.moduleId)
}

/** The test file that ran when something was thrown; undefined where vitest does not know. */
export function pathOf(error: unknown): string | undefined {
  const path: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'VITEST_TEST_PATH') : undefined
  return typeof path === 'string' ? path : undefined
}
