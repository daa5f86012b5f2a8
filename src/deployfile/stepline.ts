import { isUser } from '../words/attributes.ts'
import { milliseconds } from '../words/duration.ts'
import { didYouMean } from '../words/suggest.ts'
import { shown } from './format.ts'
import { splitWords } from './shellwords.ts'
import type { Side, StepLine, StepOptions } from './types.ts'

type Tell = (message: string) => void
type Parts = Omit<StepLine, 'name' | 'place'>
type Options = { -readonly [Name in keyof StepOptions]: StepOptions[Name] }

const sides: readonly Side[] = ['local', 'remote']
const form = 'Write NAME = local|remote [OPTION=VALUE …] OP [ARG …].'

/** Reads what stands after `NAME =` of a step line; undefined when it was told what is wrong. */
export function readStep(text: string, at: Tell): Parts | undefined {
  const words = wordsOf(text, at)
  if (words === undefined) return undefined
  const [first = '', ...rest] = words
  const end = rest.findIndex((word) => !/^[a-z]+=/.test(word))
  const [op, ...args] = end < 0 ? [] : rest.slice(end)
  const side = readSide(first, at)
  const options = readOptions(end < 0 ? rest : rest.slice(0, end), at)
  if (op !== undefined && op !== '') return side && options && { side, options, op, args }
  if (first !== '') at(`the step names no op. ${form}`)
  return undefined
}

function readSide(word: string, at: Tell): Side | undefined {
  const side = sides.find((known) => known === word)
  if (word === '') at(`the step has no side. ${form}`)
  else if (side === undefined) at(`${shown(word)} is no side. ${form}${didYouMean(word, sides)}`)
  return side
}

/** Splits a line into words; tells when a quote is open or a backslash is last. */
export function wordsOf(text: string, at: Tell): string[] | undefined {
  try {
    return splitWords(text)
  } catch {
    at('a quote is never closed, or a backslash stands at the end. Close it.')
    return undefined
  }
}

function readOptions(words: readonly string[], at: Tell): StepOptions | undefined {
  const options: Options = {}
  let right = true
  for (const word of words) {
    const wrong = readOption(word, options)
    if (wrong === undefined) continue
    at(wrong)
    right = false
  }
  return right ? options : undefined
}

function readOption(word: string, options: Options): string | undefined {
  const equals = word.indexOf('=')
  const name = word.slice(0, equals)
  const value = word.slice(equals + 1)
  const known = optionReaders.get(name)
  if (known === undefined) {
    return `the step has an unknown option ${shown(`${name}=`)}. Options are ${[...optionReaders.keys()].join('=, ')}=.${didYouMean(name, optionReaders.keys())}`
  }
  if (Object.hasOwn(options, name)) return `the option ${name}= stands twice. Keep one of the two.`
  return known(value, options)
}

const optionReaders: ReadonlyMap<string, (value: string, options: Options) => string | undefined> = new Map([
  ['timeout', readTimeout],
  ['as', readUser],
  ['cd', readFolder],
  ['secrets', readSecrets],
])

// More milliseconds than this make a Node.js timer fire at once.
const longestTimeout = 2 ** 31 - 1

function readTimeout(value: string, options: Options): string | undefined {
  const time = milliseconds(value)
  if (time === undefined) {
    return `${shown(value)} is no timeout. Write a number above 0 with a unit (ms s m h d), as 90s, 10m or 1h30m.`
  }
  if (time > longestTimeout) return `the timeout ${shown(value)} is too long. Write at most 24d.`
  options.timeout = time
  return undefined
}

function readUser(value: string, options: Options): string | undefined {
  if (!value.includes('${') && !isUser(value)) return `${shown(value)} is no user name. Write as=USER.`
  options.as = value
  return undefined
}

function readFolder(value: string, options: Options): string | undefined {
  if (value === '') return 'the option cd= is empty. Write cd=DIR.'
  options.cd = value
  return undefined
}

function readSecrets(value: string, options: Options): string | undefined {
  const names = value.split(',')
  if (names.includes(''))
    return `the option secrets=${value === '' ? ' is empty' : `${value} holds an empty name`}. Write secrets=NAME[,NAME].`
  options.secrets = [...new Set(names)]
  return undefined
}
