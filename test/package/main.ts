import { makeBarePath } from './barepath.ts'
import { installs } from './installs.ts'
import { installNodes } from './nodes.ts'
import { makeProject } from './project.ts'
import { manifest } from './repository.ts'
import { packInto } from './tarball.ts'
import { checkTypes, firstUses, type Machine, resolutions, runIn } from './use.ts'

/** Installs the package in every way, under every Node.js, with no compiler at hand, and uses it. It needs the registry. */
const room = makeProject()
try {
  const tarball = packInto(room.folder)
  say(`${tarball.files.length} files, ${tarball.size} bytes`)
  const path = makeBarePath(room.folder)
  for (const node of await installNodes(room))
    for (const name of Object.keys(installs)) await tell(name, { node, path }, tarball.path)
} finally {
  room.remove()
}

/** One line for each way that works; what a failure said, and exit 1 once all were tried. */
async function tell(name: string, machine: Machine, tarball: string): Promise<void> {
  try {
    say(`${name}: works on Node.js ${await use(name, machine, tarball)}`)
  } catch (thrown) {
    process.exitCode = 1
    say(`${name}: FAILED with ${machine.node}: ${thrown instanceof Error ? thrown.message : thrown}`)
  }
}

/** The version of Node.js with which it was used. */
async function use(name: string, machine: Machine, tarball: string): Promise<string> {
  const project = makeProject(room.home)
  try {
    const conc = (await installs[name]?.(project, machine, tarball)) ?? []
    for (const words of firstUses) {
      const said = await runIn(project, machine, [...conc, ...words])
      if (words[0] === '--version' && said !== manifest.version) throw new Error(`--version said ${said}`)
    }
    // A package that is installed globally gives a project no types.
    if (!conc[0]?.includes('global')) for (const resolution of resolutions) await checkTypes(project, resolution)
    return await runIn(project, machine, [machine.node, '--version'])
  } finally {
    project.remove()
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
