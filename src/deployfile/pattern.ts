import { isIP } from 'node:net'
import { shown } from './format.ts'

/** One part of a pattern: it adds nodes, keeps only those that are among them too, or takes them away. */
export interface Term {
  readonly kind: 'add' | 'only' | 'without'
  /** The name of a node or a group, `all`, or a glob. */
  readonly name: string
}

const kinds = { '&': 'only', '!': 'without' } as const

/**
 * Splits patterns as Ansible does: `a,b` and `a:b` are both, `:&c` only those in c too, `:!d` without d. Words of one
 * command line are one pattern. Names hold no colon, so an IPv6 address is none.
 */
export function splitPattern(words: readonly string[]): readonly Term[] {
  return words.flatMap((word) => word.split(/[,:]/)).map(termOf)
}

function termOf(text: string): Term {
  const sign = text.at(0)
  if (sign !== '&' && sign !== '!') return { kind: 'add', name: text }
  return { kind: kinds[sign], name: text.slice(1) }
}

/** Why a word can be no pattern; undefined when it may be one. */
export function whyNoPattern(word: string): string | undefined {
  if (!word.includes(':') || isIP(word.replace(/^\[(.*)\]$/, '$1')) !== 6) return undefined
  return `${shown(word)} is an address. Write the name that the deploy file gives the node.`
}
