import { checkNodes } from './check.ts'
import { decodeSections } from './decode.ts'
import { readLines } from './lines.ts'
import { checkReferences } from './references.ts'
import { inLineOrder, reporter } from './report.ts'
import { readSections } from './sections.ts'
import type { DeployFile, Problem } from './types.ts'

/** A deploy file as read: as far as it could be, when it is not `sound`. */
export interface Parsed {
  readonly deployFile: DeployFile
  /** No problem is an error. */
  readonly sound: boolean
  readonly problems: readonly Problem[]
}

/**
 * Reads the text of a deploy file and checks it for every node. Never throws: all problems come at once, in line order.
 * `path` is the name for messages, `folder` the absolute one where local steps start, `overrides` the attributes of `--set`.
 */
export function parseDeployFile(
  text: string,
  path: string,
  folder: string,
  overrides: ReadonlyMap<string, string> = new Map(),
): Parsed {
  const found: Problem[] = []
  const report = reporter(path, found)
  const sections = decodeSections(readLines(text, report))
  const deployFile: DeployFile = { path, folder, ...readSections(sections, path, report) }
  checkReferences(deployFile, report)
  const problems = inLineOrder([...found, ...checkNodes(deployFile, overrides)])
  return { deployFile, sound: !problems.some(({ severity }) => severity === 'error'), problems }
}
