import { isUtf8 } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../words/errors.ts'
import { fileFault } from '../words/filefault.ts'
import { type Parsed, parseDeployFile } from './parse.ts'

/** The largest deploy file, in bytes. */
export const largestFile = 8 * 1024 * 1024

/**
 * Reads and checks a deploy file; see parseDeployFile. `path` is also its name in messages.
 * Throws UsageError when it can't be read or is no text.
 */
export async function readDeployFile(path: string, overrides?: ReadonlyMap<string, string>): Promise<Parsed> {
  const text = decode(await readBytes(path), path)
  return parseDeployFile(text, path, dirname(resolve(path)), overrides)
}

async function readBytes(path: string): Promise<Buffer> {
  const file = await open(path).catch((cause: unknown) => {
    throw new UsageError(`${path}: ${unreadable(cause)}`, { cause })
  })
  try {
    return await readBounded(file, path)
  } finally {
    await file.close()
  }
}

async function readBounded(file: FileHandle, path: string): Promise<Buffer> {
  if ((await file.stat()).isDirectory()) throw new UsageError(`${path}: is a directory. Name the file in it with -f.`)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of file.createReadStream({ autoClose: false })) {
    chunks.push(chunk)
    size += chunk.length
    if (size > largestFile)
      throw new UsageError(`${path}: is larger than 8 MiB. A deploy file is data: keep files beside it.`)
  }
  return Buffer.concat(chunks)
}

function unreadable(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT') return 'there is no such file. Write one, or name yours with -f.'
  if (code === 'EACCES') return 'you may not read it. Change its mode or owner.'
  return `can't be read: ${fileFault(cause)}. Name another file with -f.`
}

function decode(bytes: Buffer, path: string): string {
  if (bytes.includes(0)) throw new UsageError(`${path}: holds NUL bytes, so it is no text in UTF-8. Save it as UTF-8.`)
  if (!isUtf8(bytes)) throw new UsageError(`${path}:${firstBadLine(bytes)}: is not UTF-8. Save the file as UTF-8.`)
  const text = bytes.toString('utf8')
  if (text.trim() === '')
    throw new UsageError(`${path}: is empty. It needs at least [deploy], a [node:NAME] and a [job:NAME].`)
  return text
}

/** The first line, from 1, that is not UTF-8: a newline byte is never part of another character. */
function firstBadLine(bytes: Buffer): number {
  const lines = bytes.toString('latin1').split('\n')
  return 1 + lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')))
}
