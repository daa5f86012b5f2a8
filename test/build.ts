import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'

const repository = fileURLToPath(new URL('..', import.meta.url))

/** Builds the program once for the tests that start it, when it is older than some part of its source. */
export default function build(): void {
  const source = globSync(['src/**', 'jobs/**', 'rolldown.config.js'], { cwd: repository })
  if (source.every((file) => changed('dist/src/cli/main.js') >= changed(file))) return
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: repository, stdio: 'inherit' })
}

/** When a file was changed, in milliseconds; 0 when there is none. */
function changed(file: string): number {
  return statSync(join(repository, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
}
