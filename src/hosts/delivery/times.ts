import type { Entry, FileEntry } from '../../ops/types.ts'
import { quote } from '../../plan/quote.ts'

/** As many names stand in one command: each may be 4 KiB long, and all together 2 MiB. */
const most = 100

/** The time of a file in seconds since 1970, as `touch -d @`, `stat -c %Y` and tar have it. */
export function secondsOf(modified: number): number {
  return Math.max(0, Math.floor(modified / 1000))
}

/** The times that stand in an archive: those of files. A folder is as old as its delivery. */
export function timesOf(entries: readonly Entry[]): readonly number[] {
  return entries.map((entry) => (entry.kind === 'file' ? secondsOf(entry.modified) : 0))
}

/** The first line of what is noted of an archive that comes: the times in it. The dot says that the line is whole. */
export function timesNote(times: readonly number[]): string {
  return `times ${times.join(' ')} .\n`
}

/** Reads that line. None of a line that was cut short; undefined when it is another line. */
export function readTimesNote(line: string): readonly number[] | undefined {
  if (!line.startsWith('times')) return undefined
  const [, numbers = ''] = /^times ([\d ]+) \.$/.exec(line) ?? []
  return numbers === '' ? [] : numbers.split(' ').map(Number)
}

/** A script that gives files their times: one command for all of the same time. */
export function timesScript(files: readonly FileEntry[]): string {
  const groups = new Map<number, string[]>()
  for (const { path, modified } of files) {
    const seconds = secondsOf(modified)
    const group = groups.get(seconds) ?? []
    groups.set(seconds, group)
    group.push(quote(`./${path}`))
  }
  return [...groups].flatMap(([seconds, names]) => [...commandsOf(seconds, names)]).join('')
}

function* commandsOf(seconds: number, names: readonly string[]): Generator<string> {
  for (let at = 0; at < names.length; at += most)
    yield `touch -d @${seconds} -- ${names.slice(at, at + most).join(' ')} || exit\n`
}
