import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { versionOption } from '../../src/cli/help/program.ts'
import { type CommandRow, commands, commonOptions } from '../../src/cli/table.ts'
import { splitWords } from '../../src/deployfile/shellwords.ts'
import { type Block, blocksIn, pages, proseOf, textOf } from './pages.ts'
import { scriptsIn } from './yaml.ts'

const shown = [...blocksIn('sh', 'console'), ...blocksIn('yaml').flatMap(scriptsIn)]

const typed = shown.flatMap(({ page, line, language, lines }) =>
  lines.flatMap((text, index) => {
    const written = language === 'sh' ? text : /^\$ (.*)/.exec(text)?.[1]
    return written === undefined ? [] : [{ where: `${page}:${line + index}`, written }]
  }),
)

const lines = typed.flatMap(({ where, written }) => {
  const command = /^(?:npx )?conc (.*)/.exec(written)?.[1]
  return command === undefined ? [] : [{ where, command }]
})

test.each(shown)('a shell can read $page:$line', (block) => {
  const text = typed.filter(({ where }) => isIn(block, where)).map(({ written }) => written)
  // `<(…)` is bash's.
  const shell = text.some((line) => line.includes('<(')) ? 'bash' : 'sh'
  expect(() => execFileSync(shell, ['-n'], { input: text.join('\n'), stdio: 'pipe' })).not.toThrow()
})

test.each(blocksIn('yaml'))('the recipe for a CI system at $page:$line runs conc', (block) => {
  const written = scriptsIn(block).flatMap((script) => script.lines)
  expect(written).toContainEqual(expect.stringMatching(/^npx conc run /))
})

const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(textOf('package.json'))
const npmScripts = typed.flatMap(({ where, written }) =>
  Array.from(written.matchAll(/npm (?:run )?([a-z:]+)/g), ([, name = '']) => ({ where, name })),
)

test.each(npmScripts)('$where uses what npm has: $name', ({ name }) => {
  expect([...Object.keys(scripts), 'ci', 'install', 'pack']).toContain(name)
})

test('the manual shows commands', () => {
  expect(lines.length).toBeGreaterThan(20)
})

test.each(lines)('$where uses what conc has: conc $command', ({ command }) => {
  expect(problemOf(splitWords(command))).toBeUndefined()
})

const inProse = pages.flatMap((page) =>
  Array.from(proseOf(page).matchAll(/`conc ([a-z]+)/g), ([, name]) => ({ page: page.path, name })),
)

test('each command that the text speaks of is there', () => {
  const known = commands.map(({ name }) => name)
  expect(inProse.filter(({ name }) => !known.includes(name ?? ''))).toEqual([])
})

test.each(commands)('the manual shows conc $name', ({ name }) => {
  const used = [...lines.map(({ command }) => command.split(' ')[0]), ...inProse.map((one) => one.name)]
  expect(used).toContain(name)
})

function isIn({ page, line, lines }: Block, where: string): boolean {
  const [path, number] = where.split(':')
  return path === page && Number(number) >= line && Number(number) < line + lines.length
}

/** Why conc would not understand these words. */
function problemOf(words: readonly string[]): string | undefined {
  const [name = '', ...rest] = words
  if (versionOption[0].split(', ').includes(name)) return rest.length > 0 ? `${name} stands alone` : undefined
  const row = commands.find((one) => one.name === name)
  if (row === undefined) return `there is no command ${name}`
  const end = rest.indexOf('--')
  const given = end < 0 ? rest : rest.slice(0, end)
  if (end >= 0 && name !== 'exec') return `${name} takes nothing after --`
  return wordsProblem(row, given)
}

function wordsProblem(row: CommandRow, given: readonly string[]): string | undefined {
  let count = 0
  for (let index = 0; index < given.length; index++) {
    const word = given[index] ?? ''
    if (!word.startsWith('-')) count++
    else {
      const flags = [...row.options, ...commonOptions].find(([each]) => each.split(/[ ,]+/).includes(word))?.[0]
      if (flags === undefined) return `${row.name} has no ${word}`
      if (flags.includes('<')) index++
    }
  }
  const least = row.args.split('<').length - 1
  return count < least ? `${row.name} needs ${row.args}` : undefined
}
