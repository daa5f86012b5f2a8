import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { exitRows } from '../../src/cli/help/command.ts'
import { type CommandRow, commands, commonOptions } from '../../src/cli/table.ts'
import { root } from './pages.ts'

/** manual/commands.md, as the table of commands has it. Written anew with: npx jiti test/manual/commandpage.ts */
export function commandPageText(): string {
  const contents = commands.map(({ name, summary }) => [`[\`${name}\`](#${name})`, summary] as const)
  return `${[
    '# Commands',
    'What `conc help COMMAND` says of each, on one page. How they are used: [Running](running.md), [Node tests](nodetests.md).',
    table(['command', 'does'], contents),
    '## Options of every command',
    'They may stand before the name of the command too.',
    table(['option', 'means'], commonOptions.map(coded)),
    ...commands.flatMap(partsOf),
  ].join('\n\n')}\n`
}

function partsOf(row: CommandRow): readonly string[] {
  const { name, args, summary, options, examples, exits, seeAlso = [] } = row
  return [
    `## ${name}`,
    `\`${`conc ${name} [options] ${args}`.trim()}\`: ${summary}.`,
    ...(options.length > 0 ? [table(['option', 'means'], options.map(coded))] : []),
    ['```sh', ...examples, '```'].join('\n'),
    exits === undefined
      ? `It exits with any of [the codes](../README.md#statuses-and-exit-codes).`
      : table(['exit code', 'means'], exitRows(exits)),
    ...(seeAlso.length > 0 ? [`See also: ${seeAlso.map((other) => `\`conc ${other}\``).join(', ')}.`] : []),
  ]
}

function coded([term, meaning]: readonly [string, string]): readonly [string, string] {
  return [`\`${term}\``, meaning]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(`${root}manual/commands.md`, commandPageText())
