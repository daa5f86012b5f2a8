import { messageOf } from './errors.ts'

/** What the errors of errno(3) mean for a file, to be said after what could not be done with it. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you have not the right to',
  EPERM: 'you have not the right to',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'one of its folders is a file',
  EEXIST: 'in the place of one of its folders is something else',
  EISDIR: 'it is a folder',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  EIO: 'the disk has a fault',
}

/** Why the file system said no, in words; the message of anything else. */
export function fileFault(cause: unknown): string {
  const code = codeOf(cause) ?? ''
  return (Object.hasOwn(reasons, code) ? reasons[code] : undefined) ?? messageOf(cause)
}

/** The name of a file system's error, as in errno(3). */
export function codeOf(cause: unknown): string | undefined {
  const isFileError = cause instanceof Error && 'code' in cause && 'syscall' in cause
  return isFileError && typeof cause.code === 'string' ? cause.code : undefined
}

/** Whether a file could not be read because there is none. */
export function isMissing(cause: unknown): boolean {
  const code = codeOf(cause)
  return code === 'ENOENT' || code === 'ENOTDIR'
}
