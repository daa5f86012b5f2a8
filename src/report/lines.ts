import type { Stream } from '../agent/hearing.ts'
import { byteCutter } from './bytelines.ts'
import { partsOf } from './textlines.ts'

/** Takes what one stream prints, as it comes. */
export interface LineCutter {
  /** Takes bytes, or a text in their place. */
  add(printed: Buffer | string): void
  /** Tells what stands after the last line break. */
  end(): void
}

/**
 * Cuts a stream into lines that can be shown: at `\n`, `\r\n` and a lone `\r`. Keeps 16 KB at most; what is too long is
 * cut, with a mark.
 * @param tell gets whole lines, as many as there are, with a newline between two.
 */
export function lineCutter(tell: (lines: string) => void): LineCutter {
  const bytes = byteCutter(tell)
  return {
    add(printed) {
      const parts = partsOf(printed)
      if (parts === undefined) return bytes.add(typeof printed === 'string' ? Buffer.from(printed) : printed)
      bytes.add(Buffer.from(parts.first))
      tell(parts.lines)
      bytes.add(Buffer.from(parts.last))
    },
    end: bytes.end,
  }
}

/** Takes the output of steps, and tells it line by line. */
export interface StepLines {
  add(step: string, stream: Stream, printed: Buffer | string): void
  /** Tells what is left of a step's last lines, and forgets the step. */
  end(step: string): void
  endAll(): void
}

/** Cuts the output of each step and stream into lines of its own. */
export function stepLines(tell: (step: string, stream: Stream, line: string) => void): StepLines {
  return stepBlocks((step, stream, lines) => {
    for (const line of lines.split('\n')) tell(step, stream, line)
  })
}

/** The same, but tells the lines that come together in one, with a newline between two. */
export function stepBlocks(tell: (step: string, stream: Stream, lines: string) => void): StepLines {
  const cutters = new Map<string, Record<Stream, LineCutter>>()
  const of = (step: string) => {
    const found = cutters.get(step) ?? {
      stdout: lineCutter((lines) => tell(step, 'stdout', lines)),
      stderr: lineCutter((lines) => tell(step, 'stderr', lines)),
    }
    cutters.set(step, found)
    return found
  }
  const end = (step: string) => {
    const found = cutters.get(step)
    found?.stdout.end()
    found?.stderr.end()
    cutters.delete(step)
  }
  return {
    add: (step, stream, printed) => of(step)[stream].add(printed),
    end,
    endAll: () => {
      for (const step of [...cutters.keys()]) end(step)
    },
  }
}
