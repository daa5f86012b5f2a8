import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'

const repository = fileURLToPath(new URL('..', import.meta.url))

/** Builds the program once for the tests that start it, when what is built is older than its source. */
export default function build(): void {
  const source = ['src/**', 'jobs/**', 'package.json', 'tsconfig*.json']
  if (newest(source) <= newest(['dist/src/**', 'dist/jobs/**'])) return
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: repository, stdio: 'inherit' })
}

/** When the youngest of the files was changed, in milliseconds; 0 when there is none. */
function newest(patterns: readonly string[]): number {
  const files = globSync([...patterns], { cwd: repository, absolute: true })
  return Math.max(0, ...files.map((file) => statSync(file).mtimeMs))
}
