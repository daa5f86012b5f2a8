import type { TestCase, TestResult } from 'vitest/node'
import type { Outcome } from '../ops/tests.ts'
import { type Failure, failureText } from './failure.ts'

/** Failures of one test that are told. */
const most = 10

/** How a test ended, and why. */
export interface Verdict {
  readonly outcome: Outcome | 'unreachable'
  readonly why?: string
}

/**
 * The verdict on a test that has ended; `place` is what its file is called. A test that did not run because a hook before
 * it failed ended as the hook did.
 */
export function verdictOn(test: TestCase, place: string): Verdict {
  const result = test.result()
  if (result.state === 'passed') return { outcome: 'pass' }
  if (result.state === 'failed') return verdictOf(result.errors, test.module.moduleId, place)
  const above = isLeftOut(test) ? hookFailures(test) : []
  return above.length > 0 ? verdictOf(above, test.module.moduleId, place) : { outcome: 'skip', ...noteOn(test, result) }
}

/** What vitest notes on tests that had not ended when it was told to end. */
const aborted = 'The test run was aborted by the user.'

/** Whether the run ended before a test did that was to run. */
export function isInterrupted(test: TestCase): boolean {
  const result = test.result()
  return result.state === 'skipped' && result.note === aborted
}

/** The verdict on such a test. */
export function interrupted(hasBegun: boolean): Verdict {
  return {
    outcome: 'interrupted',
    why: hasBegun ? 'the run ended before this test did' : 'the run ended before it began',
  }
}

/** What the node could not tell is unknown, but only when nothing failed besides; of a node that is gone nothing is known. */
export function verdictOf(errors: readonly Failure[], path: string, place: string): Verdict {
  const why = errors.slice(0, most).map((error) => failureText(error, path, place))
  return { outcome: outcomeOf(errors), why: why.join('\n') }
}

/** It did not run, and nobody wrote that it should not: a filter, an `.only` or a hook has left it out. */
export function isLeftOut(test: TestCase): boolean {
  const result = test.result()
  return result.state === 'skipped' && result.note === undefined && !isSkippedByWord(test)
}

export function isSkippedByWord({ options, parent }: TestCase): boolean {
  if (options.mode === 'skip' || options.mode === 'todo') return true
  for (let above = parent; above.type === 'suite'; above = above.parent) {
    if (above.options.mode === 'skip' || above.options.mode === 'todo') return true
  }
  return false
}

function hookFailures({ parent }: Pick<TestCase, 'parent'>): readonly Failure[] {
  const own = parent.errors()
  return parent.type === 'module' ? own : [...own, ...hookFailures(parent)]
}

function noteOn(test: TestCase, result: TestResult): { readonly why?: string } {
  if ('note' in result && result.note !== undefined && result.note !== aborted) return { why: result.note }
  if (test.options.mode === 'todo') return { why: 'to do' }
  return {}
}

/** Whether nothing is known, as far as these errors go: the node could not tell, or is gone. */
export function isUndecided(errors: readonly unknown[]): boolean {
  return errors.length > 0 && errors.every((error) => undecided.includes(nameOf(Object(error)) ?? ''))
}

const undecided = ['Unknown', 'UnreachableError']

function outcomeOf(errors: readonly Failure[]): Verdict['outcome'] {
  const names = errors.map(nameOf)
  if (names.includes('UnreachableError')) return 'unreachable'
  return names.length > 0 && names.every((name) => name === 'Unknown') ? 'unknown' : 'fail'
}

interface Named {
  readonly name?: string
  readonly cause?: Named
}

/** `expect.poll` wraps what it saw last. */
function nameOf({ name, cause }: Named): string | undefined {
  return name === 'Unknown' || name === 'UnreachableError' || cause === undefined ? name : nameOf(cause)
}
