import { OpFailed } from '../ops/types.ts'
import { codeOf, fileFault, isMissing } from '../words/filefault.ts'

/** What to throw for a file of the workstation that could not be read: OpFailed where the file system said no. */
export function unreadable(path: string, cause: unknown): unknown {
  const code = codeOf(cause)
  if (code === undefined) return cause
  if (isMissing(cause)) return new OpFailed(`${path}: it is gone. Make it again, and try again.`)
  if (code === 'EACCES' || code === 'EPERM')
    return new OpFailed(`${path}: you may not read it. Change its mode or its owner, or leave it out.`)
  return new OpFailed(`${path}: it can't be read: ${fileFault(cause)}. Mend or replace it, or leave it out.`)
}

const whyNotWritten: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there. Change the mode or the owner of its folder, or name another place',
  EPERM: 'you may not write there. Change the mode or the owner of its folder, or name another place',
  EROFS: 'its file system is read-only. Name another place',
  ENOSPC: 'the disk is full. Make room here',
  EDQUOT: 'the quota is used up. Make room here',
  ENAMETOOLONG: 'the name is too long for this file system. Name a shorter place',
  EISDIR: 'there is a folder of that name. Remove it, or name another place',
  ENOTDIR: 'one of its folders is a file. Remove that, or name another place',
  EEXIST: 'in the place of one of its folders is something else. Remove that, or name another place',
}

/** The same for what could not be written. */
export function unwritable(path: string, cause: unknown): unknown {
  const code = codeOf(cause)
  if (code === undefined) return cause
  return new OpFailed(
    `${path}: ${whyNotWritten[code] ?? `it can't be written: ${fileFault(cause)}. Name another place`}.`,
  )
}
