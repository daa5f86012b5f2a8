import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { quoteAll } from '../../src/plan/quote.ts'
import type { Shell } from '../fixtures/agent.ts'

/** The folders of all such machines. */
const all = mkdtempSync(join(tmpdir(), 'conc-elsewhere-'))
afterAll(() => rmSync(all, { recursive: true, force: true }))

/**
 * The shell on a machine that is like this one but for some files: they are laid over its folders, for the shell alone.
 * @param files by path: the text, which is executable when it begins with `#!`; or `{ link }`.
 */
export function elsewhere(shell: Shell, files: Readonly<Record<string, string | { readonly link: string }>>): Shell {
  const folder = mkdtempSync(join(all, 'm'))
  for (const [path, what] of Object.entries(files)) put(join(folder, 'laid', path), what)
  const below = [...new Set(Object.keys(files).map(nearest))]
  const lay = below.map((at) => `lay ${folder}/laid${at} ${at} || exit 99`)
  const script = `#!/bin/sh
exec /usr/bin/unshare -rm /bin/sh -c ${quoteAll([`PATH=/usr/bin:/bin\n${laying}\n${lay.join('\n')}\nPATH=$1; shift\nexec "$@"`])} \\
  sh "$PATH" ${shell.command} "$@"
`
  put(join(folder, 'shell'), script)
  return { name: shell.name, command: join(folder, 'shell'), path: shell.path }
}

/** One with other mounts in it can't be laid over: of /run, where a machine may have some, only what is laid is there then. */
const laying = `lay() {
  mount -t overlay overlay -o "lowerdir=$1:$2" "$2" 2>/dev/null || { mount -t tmpfs tmpfs "$2" && cp -a "$1/." "$2"; }
}`

/** The nearest folder above a path that is here. */
function nearest(path: string): string {
  const folder = dirname(path)
  return existsSync(folder) ? folder : nearest(folder)
}

function put(path: string, what: string | { readonly link: string }): void {
  mkdirSync(dirname(path), { recursive: true })
  if (typeof what !== 'string') symlinkSync(what.link, path)
  else writeFileSync(path, what, { mode: what.startsWith('#!') ? 0o755 : 0o644 })
}
