import { type CommandRow, commands, commonOptions } from '../table.ts'
import type { Block } from './block.ts'
import { exitRows, helpOption } from './command.ts'
import { topics } from './topics.ts'

/** What conc is, in a sentence. */
const description =
  'An ordered change-on-command deploy runner: one file, strict order, halt anywhere, finish by hand, resume.'

export const versionOption = ['-V, --version', 'the version'] as const

/** The help of the program: every command and option. */
export function programPage(): readonly Block[] {
  return [
    { text: 'Usage: conc [options] [command]' },
    { text: description },
    { title: 'Commands', rows: commands.map((row) => [usageOf(row), row.summary] as const) },
    { title: 'Options', rows: [...commonOptions, versionOption, helpOption] },
    {
      title: 'Examples',
      lines: [
        'conc init                      begin: a deploy file that runs as it is',
        'conc check                     everything wrong with the deploy file',
        'conc plan release web1         what would be done, command by command',
        'conc run release web1          do it',
        'conc status web1               who holds the node, and where the run stands',
      ],
    },
    { title: 'Exit codes', rows: exitRows() },
    {
      title: 'More help',
      rows: [
        ['conc help COMMAND', 'a command: options, examples, exit codes'],
        ...topics.map(({ name, summary }) => [`conc help ${name}`, summary] as const),
      ],
    },
  ]
}

function usageOf({ name, args }: CommandRow): string {
  return `${name} ${args}`.trim()
}
