/** What differs from run to run, each with what a picture shows instead. */
const steady: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\d{8}T\d{6}Z-[0-9a-f]{8}/g, '20261120T153542Z-9fde7b73'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '2026-11-20 16:35:42'],
  [/[\d.]+ (k|M)B\/s/g, '9.2 MB/s'],
  [/[\w.-]+@[\w.-]+/g, 'ann@desk'],
]

/**
 * A captured terminal that is the same each time. What stands right of a time keeps its place.
 * @param times what is shown for the times, one after the other; the last of them for the rest.
 */
export function steadied(captured: string, times: readonly string[]): string {
  const even = steady.reduce((text, [pattern, instead]) => text.replaceAll(pattern, instead), captured)
  let next = 0
  return even.replaceAll(/(?<![\w.])(?:under )?\d+(?:\.\d+)? (?:ms|s)\b( {2,})?/g, (found, space = '') => {
    const time = times[Math.min(next++, times.length - 1)] ?? found
    return space === '' ? time : time.padEnd(found.length)
  })
}
