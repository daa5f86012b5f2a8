import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { splitWords } from '../../src/deployfile/shellwords.ts'
import { conc } from '../fixtures/conc.ts'
import { blocksIn, textOf } from './pages.ts'

const page = 'manual/start.md'
const home = mkdtempSync(join(tmpdir(), 'conc-start-'))
const deployFile = join(home, 'shop', 'deploy.ini')

afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Typed {
  readonly line: number
  readonly command: string
  /** What the page shows of the output; empty where it shows none. */
  readonly shown: readonly string[]
}

/** What is typed from the deploy file's making on, until a server is wanted. */
function typedIn(): readonly Typed[] {
  const [before = ''] = textOf(page).split('\n## 7.')
  const last = before.split('\n').length
  const blocks = blocksIn('console', 'sh').filter((block) => block.page === page && block.line < last)
  return blocks.flatMap(({ language, lines, line }) => {
    const commands = lines.flatMap((text, index) => (language === 'sh' || text.startsWith('$ ') ? [index] : []))
    return commands.map((at, index) => ({
      line: line + at,
      command: (lines[at] ?? '').replace(/^\$ /, ''),
      shown: language === 'sh' ? [] : lines.slice(at + 1, commands[index + 1]),
    }))
  })
}

test('who types what the page says sees what it says', { timeout: 120_000 }, async () => {
  let cwd = home
  for (const { line, command, shown } of typedIn()) {
    const [program = '', ...words] = splitWords(command)
    if (program === 'cd') cwd = join(cwd, words[0] ?? '')
    if (program !== 'conc' || words[0] === '--version') continue
    if (shown.some((text) => text.includes('FAILED'))) breakIt()
    const { stdout, stderr } = await conc({ home, cwd }, ...words)
    expect(stdout + stderr, `${page}:${line}: ${command}`).toMatch(patternOf(shown))
  }
  writeFileSync(deployFile, readFileSync(deployFile, 'utf8').replace('exit 3', 'exit 0'))
  const { exit, stdout } = await conc({ home, cwd }, 'resume', 'demo', '--retry', '-y')
  expect([exit, stdout]).toEqual([0, expect.stringContaining('release is done on demo')])
})

/** The step that the page has one put before `switch`. */
function breakIt(): void {
  const [, step = ''] = /`(bad = .*?)`/.exec(textOf(page)) ?? []
  writeFileSync(deployFile, readFileSync(deployFile, 'utf8').replace(/^(?=switch )/m, `${step}\n`))
}

/** Times, ids and what `…` stands for may differ. */
function patternOf(shown: readonly string[]): RegExp {
  const lines = shown.map((line) =>
    line
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}/g, '\\d{4}-[-:, \\d]{18}')
      .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{8}/g, '\\d{8}T\\d{6}Z-[0-9a-f]{8}')
      .replaceAll(/\d+\\\.\d s/g, '\\S+ m?s')
      .replace(/^…$/, '[\\s\\S]*'),
  )
  return new RegExp(lines.join('\n'))
}
