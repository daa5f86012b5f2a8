import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { x } from 'tar'
import { manifest, repository } from './repository.ts'
import type { Tarball } from './tarball.ts'

/** An empty folder with a home beside it. */
export interface Project {
  readonly folder: string
  readonly home: string
  readonly modules: string
  remove(): void
}

/**
 * A project that has nothing yet.
 * @param kept a home that others use too, for the caches of package managers; without it, it is the project's own
 */
export function makeProject(kept?: string): Project {
  const root = mkdtempSync(join(tmpdir(), 'conc-package-'))
  const [folder, home] = [join(root, 'project'), kept ?? join(root, 'home')]
  for (const each of [folder, home]) mkdirSync(each, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  return { folder, home, modules: join(folder, 'node_modules'), remove: () => rmSync(root, { recursive: true }) }
}

/** Lays out what an install does, without a network: the package, and beside it what it declares to need and the types of Node.js. */
export async function installLinked({ path }: Tarball, { modules }: Project): Promise<void> {
  const own = join(modules, 'conc-deploy')
  mkdirSync(own, { recursive: true })
  await x({ file: path, cwd: own, strip: 1 })
  for (const name of Object.keys(manifest.dependencies))
    link(join(repository, 'node_modules', name), join(modules, name))
  link(join(repository, 'node_modules/@types/node'), join(modules, '@types/node'))
  link('../conc-deploy/dist/src/cli/main.js', join(modules, '.bin/conc'))
  chmodSync(join(own, 'dist/src/cli/main.js'), 0o755)
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}
