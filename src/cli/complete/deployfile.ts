import { readFile, stat } from 'node:fs/promises'
import { decodeSections } from '../../deployfile/decode.ts'
import { readLines } from '../../deployfile/lines.ts'
import { largestFile } from '../../deployfile/read.ts'
import { readSections } from '../../deployfile/sections.ts'
import type { DeployFile } from '../../deployfile/types.ts'

/** What a deploy file names. */
export type Named = Omit<DeployFile, 'path' | 'folder'>

/**
 * Reads a deploy file as far as it can be read; undefined where nothing can. Says nothing of what is wrong: a completion is no
 * place for it. Values are not evaluated, and what nodes have is read only where it is asked for, as with a thousand nodes
 * that takes longer than a person waits.
 */
export async function namedIn(path: string, home: string | undefined, whole: boolean): Promise<Named | undefined> {
  // Shells hand on what is typed, and expand it later.
  const expanded = home === undefined ? path : path.replace(/^~(?=\/)/, home)
  try {
    const found = await stat(expanded)
    // A pipe would be waited for.
    if (!found.isFile() || found.size > largestFile) return undefined
    const text = await readFile(expanded, 'utf8')
    const lines = readLines(whole ? text : text.replace(bodyOfNode, '$1'), silent)
    return readSections(decodeSections(lines), path, silent)
  } catch {
    return undefined
  }
}

/** The header of a node's section, and the lines up to the next header. */
const bodyOfNode = /^([ \t]*\[node:[^\n]*\n)(?:(?![ \t]*\[)[^\n]*\n)+/gm

function silent(): void {}
