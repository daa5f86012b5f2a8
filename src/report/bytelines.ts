import { visible } from './clean.ts'
import { decode } from './decode.ts'

/** The longest line that is shown, in characters. */
export const longestLine = 4000

// Enough bytes for that many characters, however many each has.
const mostKept = 4 * longestLine + 4

/** Cuts bytes that may be no text, and may break off anywhere. */
export function byteCutter(tell: (line: string) => void) {
  let kept: Buffer[] = []
  let size = 0
  // After a `\r`, a `\n` belongs to it; an empty line is told only when it comes.
  let after: 'told' | 'empty' | undefined
  const take = (part: Buffer) => {
    const room = mostKept - Math.min(size, mostKept)
    // A copy: the chunk it came in can be much larger.
    if (room > 0 && part.length > 0) kept.push(Buffer.from(part.subarray(0, room)))
    size += part.length
  }
  const flush = () => {
    tell(shownLine(Buffer.concat(kept), size))
    kept = []
    size = 0
  }
  const breakAt = (byte: number) => {
    if (byte === lineFeed) {
      if (after !== 'told') flush()
      after = undefined
    } else if (size > 0) {
      flush()
      after = 'told'
    } else after ??= 'empty'
  }
  return {
    add(bytes: Buffer) {
      for (let at = 0; at < bytes.length; ) {
        const end = nextBreak(bytes, at)
        if (end > at) after = undefined
        take(bytes.subarray(at, end))
        if (end < bytes.length) breakAt(bytes[end] ?? 0)
        at = end + 1
      }
    },
    end() {
      if (size > 0) flush()
      after = undefined
    },
  }
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

function nextBreak(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) at++
  return at
}

function shownLine(bytes: Buffer, size: number): string {
  const text = visible(decode(bytes))
  if (text.length <= longestLine && size === bytes.length) return text
  const whole = text.slice(0, longestLine).replace(/[\ud800-\udbff]$/, '')
  return `${whole}… (cut, ${size} bytes in all)`
}
