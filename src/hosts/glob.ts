import { readdir } from 'node:fs'
import { resolve } from 'node:path'
import { OpFailed } from '../ops/types.ts'
import { isMissing } from '../words/filefault.ts'
import { unreadable } from './refusal.ts'
import { factsOf } from './tree.ts'

/** What Node.js makes of a byte that is no UTF-8. */
const replaced = '\ufffd'

/**
 * The regular files in a folder that match, sorted; as for a shell, those whose names begin with a dot only where the
 * pattern says the dot. Throws OpFailed where one may be missed: the search itself leaves out what it can't read.
 */
export async function globFiles(folder: string, pattern: string): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby')
  const refusals: unknown[] = []
  const fs = { readdir: watched((path, cause) => isMissed(path, cause) && refusals.push(refusalOf(path, cause))) }
  const found = await glob(pattern, { cwd: folder, onlyFiles: true, expandDirectories: false, fs })
  if (refusals.length > 0) throw refusals[0]
  for (const path of found) {
    if (path.includes(replaced) && (await factsOf(resolve(folder, path))) === undefined) throw refusalOf(path)
  }
  return found.sort()
}

/** `readdir` that tells of the folders which it could not read. */
function watched(onError: (path: string, cause: unknown) => void): typeof readdir {
  return new Proxy(readdir, {
    apply(target, self, args: unknown[]) {
      const done = args.at(-1)
      const tell = (cause: unknown, ...rest: readonly unknown[]) => {
        if (cause) onError(String(args[0]), cause)
        if (typeof done === 'function') done(cause, ...rest)
      }
      return Reflect.apply(target, self, [...args.slice(0, -1), tell])
    },
  })
}

/** What is not there is missed by nobody. */
function isMissed(path: string, cause: unknown): boolean {
  return path.includes(replaced) || !isMissing(cause)
}

function refusalOf(path: string, cause?: unknown): unknown {
  if (!path.includes(replaced)) return unreadable(path, cause)
  return new OpFailed(`${path}: its name is no UTF-8. Rename it.`)
}
