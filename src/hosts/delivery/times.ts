import type { Entry } from '../../ops/types.ts'
import { quote } from '../../plan/quote.ts'

/** As many names stand in one command: each may be 4 KiB long, and all together 2 MiB. */
const most = 100

/** The time of a file in seconds since 1970, as `touch -d @` and tar have it. */
export function secondsOf(modified: number): number {
  return Math.max(0, Math.floor(modified / 1000))
}

/**
 * A script that gives files their times, and folders that of now. In an archive none stands: for another time alone its
 * bytes would be others, and what has come of them worth nothing.
 */
export function timesScript(entries: readonly Entry[]): string {
  const groups = new Map<string, string[]>()
  for (const entry of entries) {
    if (entry.kind === 'link') continue
    const time = entry.kind === 'file' ? `-d @${secondsOf(entry.modified)} ` : ''
    const group = groups.get(time) ?? []
    groups.set(time, group)
    group.push(quote(`./${entry.path}`))
  }
  return [...groups].flatMap(([time, names]) => [...commandsOf(time, names)]).join('')
}

function* commandsOf(time: string, names: readonly string[]): Generator<string> {
  for (let at = 0; at < names.length; at += most)
    yield `touch ${time}-- ${names.slice(at, at + most).join(' ')} || exit\n`
}
