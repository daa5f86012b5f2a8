import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A page of the manual; `path` is relative to the repository. */
export interface Page {
  readonly path: string
  readonly text: string
}

/** A fenced block; `line` is that of its first line in the page, from 1. */
export interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  /** What stands behind the language on the fence: `fragment`. */
  readonly note: string
  readonly lines: readonly string[]
}

/** A file of the repository. */
export function textOf(path: string): string {
  return readFileSync(root + path, 'utf8')
}

/** README, CHANGELOG and all of the manual. */
export const pages: readonly Page[] = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(`${root}manual`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `manual/${name}`),
].map((path) => ({ path, text: textOf(path) }))

/** The fenced blocks of all pages in these languages; all blocks when none is named. */
export function blocksIn(...languages: readonly string[]): Block[] {
  return pages.flatMap(blocksOf).filter(({ language }) => languages.length === 0 || languages.includes(language))
}

function blocksOf({ path, text }: Page): Block[] {
  const blocks: Block[] = []
  let open: (Omit<Block, 'page' | 'lines'> & { lines: string[] }) | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(\S*) ?(.*)$/.exec(line)
    if (fence === null) open?.lines.push(line)
    else if (open === undefined) open = { line: index + 2, language: fence[1] ?? '', note: fence[2] ?? '', lines: [] }
    else {
      blocks.push({ page: path, ...open })
      open = undefined
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: a fence is never closed`)
  return blocks
}

/** The text of all pages without their fenced blocks. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '')
}
