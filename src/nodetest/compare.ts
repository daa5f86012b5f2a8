/** Whether an answer is what a matcher wants, and both as people read them. */
export interface Compare {
  readonly holds: (actual: unknown, expected: unknown) => boolean
  readonly show: (value: unknown) => string
}

/** Ways to compare an answer of a node with what is expected of it. */
export const compares = {
  /** The same; a pattern matches. */
  equal: { holds: equals, show: plain },
  /** A text or a list holds it; a pattern matches somewhere. What looks for itself has said so. */
  contains: { holds: contains, show: plain },
  includes: {
    holds: (actual, expected) => oneOf(actual, textual(expected)),
    show: plain,
  },
  /** An address without its prefix length counts too. */
  addressed: {
    holds: (actual, expected) => oneOf(actual, text(expected)) || oneOf(withoutLengths(actual), expected),
    show: plain,
  },
  mode: { holds: (actual, expected) => actual === modeOf(expected), show: octal },
  /** Some bit is set that the other does not have, as InSpec's be_more_permissive_than. */
  permits: { holds: (actual, expected) => (Number(actual) & ~modeOf(expected)) !== 0, show: octal },
  /** What a signal ended has no exit code. */
  exits: {
    holds: (actual, expected) => actual === codeOf(expected),
    show: (value) => (typeof value === 'string' ? `killed by ${value}` : plain(value)),
  },
  lasts: { holds: (actual, expected) => Number(actual) >= daysOf(expected), show: days },
} satisfies Record<string, Compare>

/** What no such answer can be is a mistake: that it is not so would always hold. */
function equals(actual: unknown, expected: unknown): boolean {
  if (typeof actual === 'string') return matches(actual, textual(expected)) || actual === expected
  if (typeof actual === 'number' && typeof expected !== 'number')
    throw new TypeError(`${plain(expected)} is no number, and the answer is one. Write it without quotes.`)
  return actual === expected
}

function codeOf(expected: unknown): number {
  if (typeof expected === 'number') return expected
  throw new TypeError(`${plain(expected)} is no exit code. Write a number.`)
}

function textual(expected: unknown): unknown {
  return expected instanceof RegExp ? expected : text(expected)
}

function text(expected: unknown): string {
  if (typeof expected === 'string') return expected
  throw new TypeError(`${plain(expected)} is no text, and the answer is. Write it in quotes.`)
}

function matches(actual: unknown, expected: unknown): boolean {
  return expected instanceof RegExp && typeof actual === 'string' && actual.search(expected) >= 0
}

function contains(actual: unknown, expected: unknown): boolean {
  const wanted = textual(expected)
  if (typeof actual === 'boolean') return actual
  if (typeof actual === 'string')
    return matches(actual, wanted) || (typeof wanted === 'string' && actual.includes(wanted))
  return listOf(actual).includes(wanted)
}

function oneOf(actual: unknown, wanted: unknown): boolean {
  return listOf(actual).some((one) => one === wanted || matches(one, wanted))
}

function withoutLengths(addresses: unknown): readonly unknown[] {
  return listOf(addresses).map((one) => String(one).split('/')[0])
}

function listOf(value: unknown): readonly unknown[] {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value)
    return Array.from(value as Iterable<unknown>)
  throw new TypeError(`${plain(value)} is no list`)
}

/** `0o644`, `'644'` and `'0644'` are the same. */
function modeOf(expected: unknown): number {
  if (typeof expected === 'number') return expected
  if (typeof expected === 'string' && /^[0-7]{3,5}$/.test(expected)) return Number.parseInt(expected, 8)
  throw new TypeError(`${plain(expected)} is no mode. Write 0o644 or '0644'.`)
}

function daysOf(expected: unknown): number {
  if (typeof expected === 'object' && expected !== null && 'days' in expected && typeof expected.days === 'number')
    return expected.days
  throw new TypeError('how long is that? Write { days: 21 }.')
}

function octal(value: unknown): string {
  return `0${modeOf(value).toString(8).padStart(3, '0')}`
}

function days(value: unknown): string {
  return `${Math.floor(typeof value === 'number' ? value : daysOf(value))} days`
}

const longest = 400

export function plain(value: unknown): string {
  const text = value instanceof RegExp ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
