import { readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** What a folder is named in which a tree comes together: it tells which process of which machine makes it. */
export function partPrefix(pid: number): string {
  return `.part-${hostname()}-${pid}-`
}

/** Removes what fetches that were killed have left in a folder: those of this machine whose process is gone. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(/-(\d+)-\w{6}$/.exec(name)?.[1])
    if (!Number.isInteger(pid) || !name.startsWith(partPrefix(pid)) || isLiving(pid)) continue
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

/** A process of somebody else may be asked for too: EPERM. */
function isLiving(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
