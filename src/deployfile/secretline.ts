import { didYouMean } from '../words/suggest.ts'
import { isVariable } from './names.ts'
import { wordsOf } from './stepline.ts'
import type { SecretSource } from './types.ts'

type Source = Omit<SecretSource, 'place'>

const forms = { ask: 'ask', env: 'env VARIABLE', command: 'command CMD [ARG …]', file: 'file PATH' } as const
const kinds: readonly Source['from'][] = ['ask', 'env', 'command', 'file']
const allForms = Object.values(forms).join(', ')

/** Reads where a secret comes from; undefined when it was told what is wrong. No message holds the text: it may be the secret itself. */
export function readSecret(text: string, at: (message: string) => void): Source | undefined {
  const words = wordsOf(text, at)
  if (words === undefined) return undefined
  const [word = '', ...args] = words
  const from = kinds.find((known) => known === word)
  if (from !== undefined && fits(from, args)) return { from, args }
  at(from === undefined ? unknown(word) : `the source of the secret is not whole or too long. Write ${forms[from]}.`)
  return undefined
}

function unknown(word: string): string {
  const what = word === '' ? 'has no source' : 'comes from nowhere conc knows'
  return `the secret ${what}. Write one of: ${allForms}.${didYouMean(word, kinds)}`
}

function fits(from: Source['from'], args: readonly string[]): boolean {
  const [first = ''] = args
  if (from === 'ask') return args.length === 0
  if (from === 'command') return first !== ''
  return args.length === 1 && first !== '' && (from === 'file' || isVariable(first))
}
