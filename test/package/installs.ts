import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from './project.ts'
import { type Machine, runIn } from './use.ts'

/** A way to install a tarball into a project: the words that then start conc. */
type Install = (project: Project, machine: Machine, tarball: string) => Promise<readonly string[]>

const local = ['node_modules/.bin/conc']

/** Ways to install the package, each with its name. */
export const installs: Readonly<Record<string, Install>> = {
  npm: async (project, machine, tarball) => {
    await runIn(project, machine, ['npm', 'install', '--no-audit', '--no-fund', tarball, '@types/node@22'])
    return local
  },
  'npm, globally': async (project, machine, tarball) => {
    const prefix = join(project.folder, 'global')
    await runIn(project, machine, [
      'npm',
      'install',
      '--no-audit',
      '--no-fund',
      '--global',
      '--prefix',
      prefix,
      tarball,
    ])
    return [join(prefix, 'bin/conc')]
  },
  pnpm: async (project, machine, tarball) => {
    await runIn(project, machine, ['npx', '--yes', 'pnpm@10', 'add', tarball, '@types/node@22'])
    return local
  },
  'yarn 1': async (project, machine, tarball) => {
    await runIn(project, machine, [
      'npx',
      '--yes',
      'yarn@1',
      'add',
      '--non-interactive',
      `file:${tarball}`,
      '@types/node@22',
    ])
    return local
  },
  'yarn 4': async (project, machine, tarball) => {
    writeFileSync(join(project.folder, '.yarnrc.yml'), 'nodeLinker: node-modules\nenableTelemetry: false\n')
    writeFileSync(join(project.folder, 'yarn.lock'), '')
    const yarn = ['npx', '--yes', '@yarnpkg/cli-dist@4']
    await runIn(project, machine, [...yarn, 'add', `conc-deploy@file:${tarball}`, '@types/node@22'])
    return local
  },
}
