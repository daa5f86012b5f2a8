import { readdirSync, readFileSync, statSync } from 'node:fs'

/** The processes of this machine by their ids; none without proc(5). */
export function processes(): readonly string[] {
  return readdirOr('/proc').filter((name) => /^\d+$/.test(name))
}

/** The fields of proc(5) stat from the third on: state, parent, process group. Empty for one that has ended. */
export function statOf(pid: string): readonly string[] {
  const text = textOf(`/proc/${pid}/stat`)
  return text.slice(text.lastIndexOf(') ') + 2).split(' ')
}

/** The words that a process of this user was started with; empty for any other. */
export function wordsOf(pid: string): readonly string[] {
  try {
    return statSync(`/proc/${pid}`).uid === process.getuid?.() ? textOf(`/proc/${pid}/cmdline`).split('\0') : []
  } catch {
    return []
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function readdirOr(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
