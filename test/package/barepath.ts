import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What installing, and conc on an embedded node, may find: no compiler, no make, no Python. */
const programs = ['sh', 'env', 'npm', 'npx', 'setsid', 'ps', 'ssh', 'sha256sum', 'tar', 'gzip']
const coreutils = 'basename cat chmod cp cut date dd df dirname echo head id ln ls mkdir mkfifo mktemp mv od printf'
const others = 'readlink realpath rm rmdir sed sleep sort stat sync tail tee test touch tr true uname wc awk grep kill'

/** A folder with these programs and no others, to be the whole of PATH. */
export function makeBarePath(folder: string): string {
  const path = join(folder, 'bin')
  mkdirSync(path)
  for (const name of [...programs, ...coreutils.split(' '), ...others.split(' ')]) {
    symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(path, name))
  }
  return path
}
