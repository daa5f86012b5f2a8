import type { Folds } from './folds.ts'

/** Takes the bytes of one stream as they come. */
export interface Defuser {
  /** Gives what can be passed on: whole lines, of which those that the system would obey are changed, and no other byte. */
  add(bytes: Buffer): Buffer
  /** Gives what is left. */
  end(): Buffer
}

/** A line as long is passed on in parts. */
const mostKept = 64 * 1024

// A marker that lies across two parts is seen in the second.
const overlap = 8

/** Changes what a CI system would obey in a stream that goes into its log. */
export function defuser({ harmless }: Pick<Folds, 'harmless'>): Defuser {
  let kept: Buffer = Buffer.alloc(0)
  const passOn = (to: number) => {
    const whole = kept.subarray(0, to)
    kept = kept.subarray(to)
    return Buffer.concat(linesOf(whole).map((line) => defused(line, harmless)))
  }
  return {
    add(bytes) {
      kept = Buffer.concat([kept, bytes])
      const lines = kept.lastIndexOf('\n') + 1
      return passOn(lines === 0 && kept.length > mostKept ? kept.length - overlap : lines)
    },
    end: () => passOn(kept.length),
  }
}

function defused(line: Buffer, harmless: Folds['harmless']): Buffer {
  const text = line.toString('utf8')
  const calm = harmless(text)
  return calm === text ? line : Buffer.from(calm)
}

/** Each with the line break at its end. */
function linesOf(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf('\n', from)
    const to = at < 0 ? bytes.length : at + 1
    lines.push(bytes.subarray(from, to))
    from = to
  }
  return lines
}
