import { createHash, randomUUID } from 'node:crypto'
import { readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { embeddedTarget, startEmbeddedNode } from '../embedded/node.ts'
import { connectSsh } from '../transport/ssh.ts'
import type { Connection } from '../transport/types.ts'
import { UnreachableError } from '../words/errors.ts'
import { fileFault } from '../words/filefault.ts'
import { makeFolder } from '../words/folder.ts'

export interface EmbeddedPlace {
  /** The workstation's state folder, such as ~/.local/state. */
  readonly stateFolder: string
  /** The deploy file's folder: each has embedded nodes of its own, one for each bundle. */
  readonly folder: string
  readonly node: string
  readonly bundle: string
}

/**
 * Starts the embedded node and logs in to it. Closing ends its server and removes its home, unless a bundle lies in it:
 * a halted run can be resumed there later. What a killed process left is removed by the next one.
 */
export async function connectEmbedded(place: EmbeddedPlace): Promise<Connection> {
  const base = baseFolder(place)
  const home = join(base, 'home')
  const mine = join(base, 'users', `${process.pid}-${randomUUID()}`)
  const made = await makeBase(place, base, mine)
  const leave = async () => {
    await rm(mine, { force: true })
    const inUse = (await othersIn(join(base, 'users'))) || (await exists(join(home, place.bundle)))
    if (inUse) return
    await rm(base, { recursive: true, force: true })
    await removeEmpty(dirname(base), made ?? dirname(dirname(base)))
  }
  try {
    const node = await startEmbeddedNode({ home })
    const connection = await connectSsh(embeddedTarget(node, place.node)).catch(async (cause: unknown) => {
      await node.close()
      throw cause
    })
    return {
      label: `${place.node} (embedded, 127.0.0.1:${node.port})`,
      open: (command) => connection.open(command),
      openTerminal: (command, kind, size) => connection.openTerminal(command, kind, size),
      hasSftp: () => connection.hasSftp(),
      gone: connection.gone,
      async close() {
        await connection.close()
        await node.close()
        await leave()
      },
    }
  } catch (cause) {
    await leave()
    throw cause
  }
}

/** Makes the node's folders, and the mark that this process uses it. Gives the first folder it made. */
async function makeBase({ node, stateFolder }: EmbeddedPlace, base: string, mine: string): Promise<string | undefined> {
  let made: string | undefined
  try {
    made = await makeFolder(join(base, 'home'))
    await makeFolder(dirname(mine))
    await writeFile(mine, '')
    return made
  } catch (cause) {
    if (made !== undefined) await rm(made, { recursive: true, force: true })
    throw new UnreachableError(
      `the embedded node ${node} can't be kept in ${stateFolder}: ${fileFault(cause)}. Nothing was changed.`,
    )
  }
}

function baseFolder({ stateFolder, folder, node, bundle }: EmbeddedPlace): string {
  const key = createHash('sha256').update(`${folder}\0${bundle}`).digest('hex').slice(0, 12)
  return join(stateFolder, 'conc', 'embedded', `${node}-${key}`)
}

/** Whether another living process uses the node; the marks of dead ones are removed. */
async function othersIn(users: string): Promise<boolean> {
  for (const name of await readdir(users).catch(() => [])) {
    if (isAlive(Number.parseInt(name, 10))) return true
    await rm(join(users, name), { force: true })
  }
  return false
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Removes folders that are empty, from `folder` up to `top`. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  for (let at = folder; at.length >= top.length; at = dirname(at)) {
    try {
      await rmdir(at)
    } catch {
      return
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
