import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { quoteAll } from '../../src/plan/quote.ts'
import { bash, busybox, dash, type Shell } from '../fixtures/agent.ts'

/** The folders of all such machines. */
const all = mkdtempSync(join(tmpdir(), 'conc-hidden-'))
afterAll(() => rmSync(all, { recursive: true, force: true }))
chmodSync(all, 0o755)

/** Shells that others than root may start too. */
export const openShells: readonly Shell[] = [dash, bash, busybox]

/** The shell of somebody without rights, on a machine that is like this one but for a folder: it is there, and only root may look into it. */
export function hiding(shell: Shell, path: string): Shell {
  const folder = mkdtempSync(join(all, 'm'))
  mkdirSync(join(folder, path), { recursive: true })
  chmodSync(join(folder, path), 0o700)
  const below = nearest(path)
  const lay = `mount -t overlay overlay -o lowerdir=${folder}${below}:${below} ${below} || exit 99`
  const leave = 'exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"'
  const script = `#!/bin/sh
exec /usr/bin/unshare -m /bin/sh -c ${quoteAll([`PATH=/usr/bin:/bin\n${lay}\nPATH=$1; shift\n${leave}`])} \\
  sh "$PATH" ${shell.command} "$@"
`
  writeFileSync(join(folder, 'shell'), script, { mode: 0o755 })
  return { name: shell.name, command: join(folder, 'shell'), path: shell.path }
}

/** The nearest folder above a path that is here. */
function nearest(path: string): string {
  const folder = dirname(path)
  return existsSync(folder) ? folder : nearest(folder)
}
