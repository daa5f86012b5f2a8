import { lstat, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** What a file or a folder is named that comes together: it tells which process of which machine makes it. */
export function partPrefix(pid: number): string {
  return `.part-${hostname()}-${pid}-`
}

/** Nobody fetches for so long, in milliseconds. */
const week = 7 * 86_400_000

/**
 * Removes what fetches that were killed have left in a folder: those of this machine whose process is gone. Of another
 * machine's, and of names without a process as they once were, those that are the user's own and have not changed for a week.
 */
export async function removeLeftovers(folder: string, now = Date.now()): Promise<void> {
  for (const name of await namesIn(folder)) {
    const owner = ownerOf(name)
    if (owner === undefined) continue
    const path = join(folder, name)
    const isOver = owner.here ? !isLiving(owner.pid) : await isForgotten(path, now)
    // Somebody else's stays where he alone may remove it: it is no reason to bring nothing.
    if (isOver) await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

/** A folder that may not be listed may be written to all the same. */
async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}

type Owner = { readonly here: true; readonly pid: number } | { readonly here: false }

/** Whose part a name tells of; undefined when it is no part's. */
function ownerOf(name: string): Owner | undefined {
  const pid = Number(/-(\d+)-\w{6}$/.exec(name)?.[1])
  if (Number.isInteger(pid) && name.startsWith(partPrefix(pid))) return { here: true, pid }
  return /^\.part-(.+-\d+-)?\w{6}$|.\.part-[\da-f]{12}$/.test(name) ? { here: false } : undefined
}

/** A process of somebody else may be asked for too: EPERM. */
function isLiving(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/** Open to its owner alone, as a part is while it comes, and not changed for long. */
async function isForgotten(path: string, now: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || (!found.isFile() && !found.isDirectory())) return false
  return found.uid === process.getuid?.() && (found.mode & 0o077) === 0 && now - found.mtimeMs > week
}
