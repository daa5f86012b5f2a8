import { plain } from './compare.ts'
import { type Matcher, matchers } from './matchers.ts'
import { placedAt } from './place.ts'

/** What vitest wants of a matcher. */
export interface Verdict {
  readonly pass: boolean
  readonly message: () => string
  readonly actual?: unknown
  readonly expected?: unknown
}

/** `this` of a matcher, as far as it matters here. */
export interface MatcherState {
  readonly isNot?: boolean
  readonly soft?: boolean
}

type Ask = (...words: readonly unknown[]) => unknown

/** Something that can be asked, with its methods and its plain facts. */
type Asked = { readonly about: string } & Readonly<Record<string, unknown>>

/** The matchers as `expect.extend` takes them. What a method throws, Absent and Unknown too, fails both polarities. */
export const nodeMatchers = Object.fromEntries(
  Object.entries<Matcher>(matchers).map(([name, matcher]) => [
    name,
    function match(this: MatcherState, subject: unknown, ...words: readonly unknown[]): Verdict | Promise<Verdict> {
      if (name === 'toContain' && !isAsked(subject) && !(subject instanceof Promise))
        return containsItem(subject, words[0])
      const verdict = verdictOf(name, matcher, subject, words, this.isNot === true)
      return this.soft ? failing(verdict, this.isNot === true, new Error()) : verdict
    },
  ]),
)

async function verdictOf(
  name: string,
  matcher: Matcher,
  given: unknown,
  words: readonly unknown[],
  isNot: boolean,
): Promise<Verdict> {
  const subject = await given
  if (!isAsked(subject)) {
    if (name === 'toContain') return containsItem(subject, words[0])
    throw new TypeError(`${name}: ${plain(subject)} can't be asked. Write expect(node.file('/etc/motd')), for example.`)
  }
  const { compare, says } = matcher
  const { ask, rest, expected } = callOf(name, matcher, subject, words)
  const actual = await ask(...rest)
  const pass = compare === undefined ? yesOrNo(name, actual) : compare.holds(actual, expected)
  const wanted = compare === undefined ? words.map((word) => ` ${plain(word)}`).join('') : ` ${compare.show(expected)}`
  const seen = typeof actual === 'boolean' ? '' : `; it is ${compare?.show(actual)}`
  return { pass, message: () => `${subject.about}: expected ${isNot ? 'not ' : ''}${says}${wanted}${seen}` }
}

/** Vitest keeps what fails softly at once, before `expect` could say where that was. */
async function failing(given: Promise<Verdict>, isNot: boolean, here: Error): Promise<Verdict> {
  try {
    const verdict = await given
    if (verdict.pass === isNot) throw new Error(verdict.message())
    return verdict
  } catch (thrown) {
    throw placedAt(thrown, here)
  }
}

interface Call {
  readonly ask: Ask
  readonly rest: readonly unknown[]
  readonly expected: unknown
}

/** A text or a pattern that a subject can look for by itself is left to it. */
function callOf(name: string, { asks, compare }: Matcher, subject: Asked, words: readonly unknown[]): Call {
  if (compare !== undefined && words.length === 0)
    throw new TypeError(`${name}: what is expected? Write it in the brackets.`)
  const expected = words.at(-1)
  const method = chosen([asks].flat(), subject, expected)
  if (method === undefined)
    throw new TypeError(`${name}: ${subject.about} can't be asked that. It can be asked: ${methodsOf(subject)}.`)
  const found = subject[method]
  const ask: Ask = typeof found === 'function' ? (...given) => Reflect.apply(found, subject, given) : () => found
  return { ask, rest: compare === undefined || method === 'contains' ? words : words.slice(0, -1), expected }
}

/** Where there is a name and a number for the same, what is expected says which is meant. */
function chosen(methods: readonly string[], subject: Asked, expected: unknown): string | undefined {
  const known = methods.filter((method) => method in subject)
  const numbers = known.find((method) => method.endsWith('id'))
  if (numbers !== undefined && known.length > 1 && typeof expected === 'string' && /^\d+$/.test(expected))
    throw new TypeError(`${plain(expected)} is no name. Write ${expected} without quotes for the number.`)
  return typeof expected === 'number' ? (numbers ?? known[0]) : known[0]
}

function yesOrNo(name: string, answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  throw new TypeError(`${name}: the answer is ${plain(answer)}, neither yes nor no.`)
}

function isAsked(value: unknown): value is Asked {
  return typeof value === 'object' && value !== null && 'about' in value && typeof value.about === 'string'
}

function methodsOf(subject: Asked): string {
  return Object.keys(subject)
    .filter((name) => name !== 'about')
    .sort()
    .join(', ')
}

/** Vitest's own meaning for plain texts, lists and sets. */
function containsItem(actual: unknown, item: unknown): Verdict {
  const held =
    typeof actual === 'string' ? actual.includes(String(item)) : Array.from(actual as Iterable<unknown>).includes(item)
  const message = () => `expected ${plain(actual)} to include ${plain(item)}`
  return { pass: held, message, actual, expected: item }
}
