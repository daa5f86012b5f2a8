import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder of the workstation and those above it. Gives the first that was not there; undefined when all were.
 * One after the other: all at once (`recursive`) Node.js 20 never comes back from where none can be made, as in /proc,
 * and says ENOENT of a disk that is full or read-only. Throws with what stands in the way.
 */
export async function makeFolder(path: string, mode = 0o700): Promise<string | undefined> {
  const above = dirname(path)
  if (above === path || (await isFolder(path))) return undefined
  const first = await makeFolder(above, mode)
  try {
    await mkdir(path, { mode })
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!(await isFolder(path))) throw error
  }
  return first ?? path
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}
