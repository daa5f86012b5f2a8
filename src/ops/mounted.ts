import { readFile } from 'node:fs/promises'
import type { Host } from './types.ts'
import { OpFailed } from './types.ts'

/** What is mounted at a folder. */
export interface Mounted {
  /** What it was mounted from, as the mount names it. */
  readonly source: string
  /** The file system, such as `fuse.sshfs`. */
  readonly type: string
  /** Whether its own folder can be looked at; not so when the machine behind it is gone. */
  readonly answers: boolean
}

/**
 * What is mounted at a folder of this machine; undefined when nothing is. `path` is absolute, without symbolic links.
 * It is read from proc(5), so that one which does not answer is found too.
 */
export async function mountedAt(host: Host, path: string): Promise<Mounted | undefined> {
  const lines = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ').map(decoded))
  // Of several that lie over each other the last one is seen.
  const [source, , type] = lines.findLast(([, folder]) => folder === path) ?? []
  if (source === undefined || type === undefined) return undefined
  // `stat` alone may be answered out of the kernel's memory.
  const { exit } = await host.run(['timeout', '-k', '1', '5', 'stat', '-f', '--', path])
  return { source, type, answers: exit === 0 }
}

/** proc(5) writes blanks, backslashes and line ends as octal numbers. */
function decoded(word: string): string {
  return word.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

const script = `if command -v fusermount3 >/dev/null; then exec fusermount3 -u "$@"; fi
if command -v fusermount >/dev/null; then exec fusermount -u "$@"; fi
[ "$1" != -z ] || { shift; set -- -l "$@"; }
exec umount "$@"`

/** Unmounts a FUSE file system; `lazily` also where it does not answer or is in use. Throws OpFailed with what was said. */
export async function detach(host: Host, path: string, lazily: boolean): Promise<void> {
  const { exit, stderr } = await host.run(['sh', '-c', script, 'sh', ...(lazily ? ['-z'] : []), '--', path])
  if (exit !== 0) throw new OpFailed(`${path} can't be unmounted: ${stderr.toString().trim()}`)
}
