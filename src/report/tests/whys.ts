import { visibleLine } from '../clean.ts'
import { whyLines } from './outcome.ts'
import type { ScanEventOf } from './reporter.ts'

/** Why tests did not pass. What a node could not tell for many tests alike, such as what sudo says, is told once. */
export class Whys {
  readonly #first = new Map<string, string>()

  /** The lines of one that has ended; asked once for each. */
  of(event: ScanEventOf<'test-end'>): readonly string[] {
    const lines = whyLines(event)
    if (event.outcome !== 'unknown') return lines
    const places = lines.filter(isPlace)
    const key = [event.node, ...lines.filter((line) => !isPlace(line))].join('\n')
    const first = this.#first.get(key)
    if (first === undefined) this.#first.set(key, event.test)
    return first === undefined ? lines : [visibleLine(`the same as for ${first}`), ...places]
  }
}

function isPlace(line: string): boolean {
  return /^ {2}at /.test(line)
}
