import { exitRows } from '../../../src/cli/help/command.ts'
import { type CommandRow, commands, commonOptions } from '../../../src/cli/table.ts'
import { code, coded, table } from './markdown.ts'

/** All that the table of commands has: each command with its options, examples and exit codes. */
export function commandsPart(): string {
  const contents = commands.map(({ name, summary }) => [`[\`${name}\`](#${name})`, summary] as const)
  return [
    table(['command', 'does'], contents),
    '## Options of every command',
    'They may stand before the name of the command too.',
    table(['option', 'means'], commonOptions.map(coded)),
    ...commands.flatMap(partsOf),
  ].join('\n\n')
}

function partsOf(row: CommandRow): readonly string[] {
  const { name, args, summary, options, examples, exits, seeAlso = [] } = row
  return [
    `## ${name}`,
    `\`${`conc ${name} [options] ${args}`.trim()}\`: ${summary}.`,
    ...(options.length > 0 ? [table(['option', 'means'], options.map(coded))] : []),
    ['```sh', ...examples, '```'].join('\n'),
    exits === undefined
      ? 'It exits with any of [the codes](../README.md#statuses-and-exit-codes).'
      : table(['exit code', 'means'], exitRows(exits)),
    ...(seeAlso.length > 0 ? [`See also: ${seeAlso.map((other) => code(`conc ${other}`)).join(', ')}.`] : []),
  ]
}
