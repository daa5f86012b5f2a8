import { spawn } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'

/** The size of a terminal in characters. */
export interface WindowSize {
  readonly rows: number
  readonly cols: number
}

/** Gives the terminal that a process of script(1) has made another size: script follows the size of its own input only, here a pipe. */
export async function resizeTerminal(script: number, { rows, cols }: WindowSize): Promise<void> {
  const [child] = (await readFile(`/proc/${script}/task/${script}/children`, 'utf8')).split(' ')
  const terminal = await readlink(`/proc/${child}/fd/0`)
  if (!terminal.startsWith('/dev/pts/')) return
  spawn('stty', ['-F', terminal, 'rows', String(rows), 'cols', String(cols)], { stdio: 'ignore' }).on('error', () => {})
}
