import { expect, test } from 'vitest'
import { type CommandRow, commands, commonOptions } from '../../src/cli/table.ts'
import { splitWords } from '../../src/deployfile/shellwords.ts'
import { blocksIn, pages, proseOf } from './pages.ts'

const lines = blocksIn('sh', 'console').flatMap(({ page, line, language, lines }) =>
  lines.flatMap((text, index) => {
    const written = language === 'sh' ? text : (/^\$ (.*)/.exec(text)?.[1] ?? '')
    const command = /^(?:npx )?conc (.*)/.exec(written)?.[1]
    return command === undefined ? [] : [{ where: `${page}:${line + index}`, command }]
  }),
)

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
  const shown = [...lines.map(({ command }) => command.split(' ')[0]), ...inProse.map((one) => one.name)]
  expect(shown).toContain(name)
})

/** Why conc would not understand these words. */
function problemOf(words: readonly string[]): string | undefined {
  const [name = '', ...rest] = words
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
