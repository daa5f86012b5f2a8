import { exitCodeOf, exitCodes, statuses } from '../../../src/words/status.ts'
import { table } from './markdown.ts'

/** The exit codes, each with the status that a step or a run of it has. */
export function statusesPart(): string {
  const rows = Object.values(exitCodes).map(({ code, meaning }) => {
    const status = statuses.find((one) => exitCodeOf(one) === code) ?? ''
    return [
      String(code),
      status,
      meaning.startsWith(status) ? meaning.slice(status.length).replace(/^:? /, '') : meaning,
    ]
  })
  return table(['exit code', 'status', 'means'], rows)
}
