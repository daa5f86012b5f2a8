import { jsonLine } from '../json.ts'
import type { TestReporter } from './reporter.ts'

/** Events for programs: one object a line, as they come. The last is `run-end`. */
export function jsonTestReporter(write: (line: string) => void): TestReporter {
  return { event: (event) => write(jsonLine(event)) }
}
