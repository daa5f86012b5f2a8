import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Shell {
  readonly name: string
  /** The program that `sh` is, and where the tools of a step come from. */
  readonly program: string
  readonly path: string
}

const tools =
  'sh awk cat cd chmod cmp cp cut diff echo find grep ls ln mkdir mv readlink rm sed sha256sum sort stat tar touch tr uniq'.split(
    ' ',
  )

/** dash with the GNU tools, and busybox with nothing but its own. */
export function makeShells(): { readonly shells: readonly Shell[]; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'conc-shells-'))
  const dash = join(folder, 'dash')
  const busybox = join(folder, 'busybox')
  for (const each of [dash, busybox]) mkdirSync(each)
  symlinkSync('/usr/bin/dash', join(dash, 'sh'))
  for (const tool of tools) symlinkSync('/usr/bin/busybox', join(busybox, tool))
  const shells = [
    { name: 'dash', program: join(dash, 'sh'), path: `${dash}:/usr/bin:/bin` },
    { name: 'busybox', program: join(busybox, 'sh'), path: busybox },
  ]
  return { shells, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** The same with a program of the system that is there nowhere else. */
export function withTool(shell: Shell, tool: string): Shell {
  const folder = `${shell.path.split(':')[0]}-${tool}`
  mkdirSync(folder, { recursive: true })
  rmSync(join(folder, tool), { force: true })
  symlinkSync(join('/usr/bin', tool), join(folder, tool))
  return { ...shell, path: `${shell.path}:${folder}` }
}

/** The same, but one of the usual programs is not installed. */
export function withoutTool(shell: Shell, tool: string): Shell {
  const folders = shell.path.split(':')
  const folder = `${folders[0]}-without-${tool}`
  mkdirSync(folder, { recursive: true })
  for (const name of tools.filter((each) => each !== tool)) {
    const from = folders.map((each) => join(each, name)).find((path) => existsSync(path))
    if (from !== undefined && !existsSync(join(folder, name))) symlinkSync(from, join(folder, name))
  }
  return { ...shell, path: folder }
}

export interface Ended {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Types a line into a shell, in a home folder. */
export function type(shell: Shell, home: string, line: string): Ended {
  const env = { PATH: shell.path, HOME: home }
  const { status, stdout, stderr } = spawnSync(shell.program, ['-c', line], { cwd: home, env, encoding: 'utf8' })
  return { exit: status, stdout, stderr }
}
