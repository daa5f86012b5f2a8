import { existsSync } from 'node:fs'
import { selectNodes } from '../deployfile/select.ts'
import { chooseNodes, type Deploy } from '../operations/deploy.ts'
import { UsageError } from '../words/errors.ts'

export interface TestWords {
  readonly nodes: readonly string[]
  /** Parts of the paths of test files. */
  readonly files: readonly string[]
}

/**
 * Sorts the words of `conc test`: those that name nodes, groups or globs over them, and those that are parts of the paths
 * of test files. Throws UsageError when no node is named.
 */
export function sortWords(deploy: Deploy, words: readonly string[], limit?: string): TestWords {
  const isNode = new Map(words.map((word) => [word, namesNodes(deploy, word)]))
  const patterns = words.filter((word) => isNode.get(word))
  const files = words.filter((word) => !isNode.get(word))
  if (patterns.length > 0) return { nodes: chooseNodes(deploy, patterns, limit), files }
  const [first] = words
  // What looks like no file was meant to be a node: the message says which are near.
  if (first !== undefined && !looksLikeFile(first)) chooseNodes(deploy, [first])
  throw new UsageError(`${first ?? 'test'}: no node is named. Name one first: conc test NODE [FILES].`)
}

/** A group without nodes is named too: it is told as what it is. */
function namesNodes({ deployFile }: Deploy, word: string): boolean {
  if (word === 'all' || deployFile.groups.has(word)) return true
  return selectNodes(deployFile, [word]).problems.length === 0
}

function looksLikeFile(word: string): boolean {
  return word.endsWith('.ts') || word.includes('/') || existsSync(word)
}
