import { type ExitName, exitCodes } from '../../words/status.ts'
import { type CommandRow, commonOptions } from '../table.ts'
import type { Block } from './block.ts'

/** The help of one command. */
export function commandPage(row: CommandRow): readonly Block[] {
  return [
    { text: ['Usage:', 'conc', row.name, '[options]', row.args].join(' ').trim() },
    { text: row.summary },
    ...(row.options.length > 0 ? [{ title: 'Options', rows: row.options }] : []),
    { title: 'Options of every command', rows: commonOf(row) },
    { title: 'Examples', lines: row.examples },
    { title: 'Exit codes', rows: exitRows(row.exits) },
    ...(row.seeAlso === undefined ? [] : [{ title: 'See also', lines: row.seeAlso.map((other) => `conc ${other}`) }]),
  ]
}

/** The common options, save for those that the command means in its own way. */
function commonOf({ options }: CommandRow): Rows {
  const longOf = (flags: string) => /--[\w-]+/.exec(flags)?.[0]
  const own = new Set(options.map(([flags]) => longOf(flags)))
  return [...commonOptions, helpOption].filter(([flags]) => !own.has(longOf(flags)))
}

export type Rows = readonly (readonly [term: string, meaning: string])[]

export const helpOption = ['-h, --help', 'this help'] as const

/** Exit codes with their meanings: those a command gives, in its own words, or all of them. */
export function exitRows(exits?: CommandRow['exits']): Rows {
  const names = Object.keys(exitCodes) as ExitName[]
  return names.flatMap((name) => {
    const { code, meaning } = exitCodes[name]
    const own = exits === undefined ? meaning : exits[name]
    return own === undefined ? [] : [[String(code), own] as const]
  })
}
