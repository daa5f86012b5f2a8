import { writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { execa } from 'execa'
import type { Project } from './project.ts'
import { toolOf } from './repository.ts'

/** How a compiler may look for modules. */
export const resolutions = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'preserve', moduleResolution: 'bundler' },
] as const

/** What everybody does first with a package that was just installed. Each throws when a command fails, with all it said. */
export const firstUses: readonly (readonly string[])[] = [
  ['--version'],
  ['init', '-y'],
  ['check'],
  ['run', 'release', 'demo'],
  ['test', 'demo'],
]

/** A Node.js, and where all other programs come from. */
export interface Machine {
  /** The program `node`. */
  readonly node: string
  readonly path: string
}

export const thisMachine: Machine = { node: process.execPath, path: process.env.PATH ?? '' }

/**
 * Runs a command in a project and tells what it said on both streams. Throws when it fails.
 * @param command a program and its arguments
 */
export async function runIn({ folder, home }: Project, machine: Machine, command: readonly string[]): Promise<string> {
  const [program = '', ...words] = command
  const { all } = await execa(program, words, {
    cwd: folder,
    env: {
      HOME: home,
      PATH: [dirname(machine.node), machine.path].join(delimiter),
      LANG: 'C.UTF-8',
      CI: 'true',
      ...wayOut(process.env),
    },
    extendEnv: false,
    all: true,
    stdin: 'ignore',
  })
  return all
}

/** How this machine gets to a registry. */
function wayOut(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = /^(node_extra_ca_certs|https?_proxy|no_proxy|npm_config_registry)$/i
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.test(name)))
}

/** Checks the types of what `conc init` wrote: an op that imports the library, and a node test. */
export async function checkTypes(project: Project, resolution: (typeof resolutions)[number]): Promise<void> {
  const compilerOptions = {
    ...resolution,
    target: 'es2023',
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: true,
  }
  const file = join(project.folder, `tsconfig.${resolution.moduleResolution}.json`)
  writeFileSync(file, JSON.stringify({ compilerOptions, include: ['jobs', 'nodetests'] }))
  await runIn(project, thisMachine, [toolOf('tsc'), '-p', file])
}
