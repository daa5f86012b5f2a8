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
 * place for it. Values are not evaluated, as with a thousand nodes that takes longer than a person waits.
 */
export async function namedIn(path: string, home: string | undefined): Promise<Named | undefined> {
  // Shells hand on what is typed, and expand it later.
  const expanded = home === undefined ? path : path.replace(/^~(?=\/)/, home)
  try {
    const found = await stat(expanded)
    // A pipe would be waited for.
    if (!found.isFile() || found.size > largestFile) return undefined
    const text = await readFile(expanded, 'utf8')
    return readSections(decodeSections(readLines(text, silent)), path, silent)
  } catch {
    return undefined
  }
}

function silent(): void {}
