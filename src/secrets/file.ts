import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** What there is under a path. */
export type FileEnd =
  | { readonly how: 'read'; readonly bytes: Buffer }
  | { readonly how: 'directory' }
  | { readonly how: 'no file' }

/** Reads at most `most` bytes of a regular file, links followed. Throws the system's error when it can't. */
export async function beginningOf(path: string, most: number): Promise<FileEnd> {
  // Without O_NONBLOCK a FIFO nobody writes to would be waited for: open(2).
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const kind = await file.stat()
    if (kind.isDirectory()) return { how: 'directory' }
    return kind.isFile() ? { how: 'read', bytes: await read(file, most) } : { how: 'no file' }
  } finally {
    await file.close()
  }
}

async function read(file: FileHandle, most: number): Promise<Buffer> {
  const bytes = Buffer.alloc(most)
  let size = 0
  while (size < most) {
    const { bytesRead } = await file.read(bytes, size, most - size)
    if (bytesRead === 0) break
    size += bytesRead
  }
  return bytes.subarray(0, size)
}
