import { posix } from 'node:path'
import { pages } from '../pages.ts'
import { table } from './markdown.ts'

/** What was decided, as the headings of these pages say it. */
export function decisionsPart(): string {
  const decisions = pages.filter(({ path }) => path.startsWith('manual/decisions/'))
  const rows = decisions.map(({ path, text }) => {
    const heading = /^# (.*)$/m.exec(text)?.[1] ?? path
    return [`[${heading}](${posix.relative('manual', path)})`]
  })
  return table(['decided'], rows)
}
