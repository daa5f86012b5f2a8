import { mkdir } from 'node:fs/promises'

/**
 * Makes a folder of the workstation and those above it. Gives the first that was not there; undefined when all were.
 * Throws with what stands in the way: Node.js says ENOENT of a disk that is full or read-only.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    if (isNotThere(error) && error.path !== undefined) await mkdir(error.path, { mode: 0o700 })
    throw error
  }
}

function isNotThere(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
