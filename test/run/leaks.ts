import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Where a text was seen while processes were watched. */
export interface Seen {
  /** How often all processes were looked at. */
  readonly looks: number
  /** Command lines that held it. */
  readonly inArguments: readonly string[]
  /** Command lines of processes whose environment held it. */
  readonly inEnvironments: readonly string[]
}

/** Looks at the arguments and environments of all processes but this one, again and again. */
export function watchProcesses(text: string): { stop(): Seen } {
  const inArguments = new Set<string>()
  const inEnvironments = new Set<string>()
  let looks = 0
  const look = () => {
    looks += 1
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
      const line = contentOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
      if (line.includes(text)) inArguments.add(line)
      if (contentOf(`/proc/${pid}/environ`).includes(text)) inEnvironments.add(line)
    }
  }
  const timer = setInterval(look, 5)
  return {
    stop() {
      clearInterval(timer)
      return { looks, inArguments: [...inArguments], inEnvironments: [...inEnvironments] }
    },
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The files in a folder that hold a text. */
export function filesWith(text: string, place: string): readonly string[] {
  try {
    return execFileSync('grep', ['-rlF', '--binary-files=text', '-e', text, place], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean)
  } catch {
    return []
  }
}
