import type { ClientChannel } from 'ssh2'
import type { Terminal } from './types.ts'

/** An ssh2 channel with a pseudo-terminal as ours. */
export function terminalOver(raw: ClientChannel): Terminal {
  raw.on('error', () => {})
  raw.stderr.resume()
  let code: number | undefined
  raw.once('exit', (exit: unknown) => {
    if (typeof exit === 'number') code = exit
  })
  return {
    stdin: raw,
    stdout: raw,
    ended: new Promise((resolve) => raw.once('close', () => resolve(code))),
    resize: ({ columns, rows }) => raw.setWindow(rows, columns, 0, 0),
  }
}
