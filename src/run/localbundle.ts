import { lstat, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { localHost } from '../hosts/local.ts'
import { parseHolder } from '../journal/holder.ts'
import { mountedAt } from '../ops/mounted.ts'
import { fileFault } from '../words/filefault.ts'
import { makeFolder } from '../words/folder.ts'
import type { Outcome } from './outcome.ts'

/** Takes the workstation's side of the lock: the same path under its own home. */
export async function openLocalBundle(home: string, bundle: string, holder: string): Promise<Outcome> {
  const path = resolve(home, bundle)
  try {
    await makeFolder(dirname(path))
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (!isThere(error)) return notMade(error)
    const mounted = await mountOver(path)
    if (mounted !== undefined) return { status: 'BLOCKED', why: mounted }
    const found = parseHolder(await readFile(join(path, 'holder'), 'utf8').catch(() => ''))
    const by = found === undefined ? 'somebody' : `run ${found.run} of ${found.by} since ${found.since}`
    return {
      status: 'BLOCKED',
      why: `${path} on this workstation is held by ${by}; if that run is over, remove the folder`,
    }
  }
  try {
    await writeFile(join(path, 'holder'), holder, { mode: 0o600 })
    await mkdir(join(path, 'payload'), { mode: 0o700 })
    return { status: 'OK' }
  } catch (error) {
    // Half a bundle would lock out the next run.
    await rm(path, { recursive: true, force: true })
    return notMade(error)
  }
}

/** What is to be done first where a node's bundle is mounted there: what it shows is the node's, not ours. */
async function mountOver(path: string): Promise<string | undefined> {
  const mounted = await mountedAt(localHost('/'), await realpath(path).catch(() => path)).catch(() => undefined)
  return mounted && `${mounted.source} is mounted at ${path} on this workstation: unmount it first (fusermount3 -u)`
}

function notMade(error: unknown): Outcome {
  return { status: 'FAILED', why: `the bundle can't be made on this workstation: ${fileFault(error)}` }
}

/** Gives the workstation's side back; that it is gone already (another workstation opened it) is no failure. */
export async function closeLocalBundle(home: string, bundle: string, run: string): Promise<Outcome> {
  const path = resolve(home, bundle)
  const mounted = await mountOver(path)
  if (mounted !== undefined) return { status: 'FAILED', why: mounted }
  const found = parseHolder(await readFile(join(path, 'holder'), 'utf8').catch(() => ''))
  if (found === undefined) return { status: 'OK', why: 'there was none on this workstation' }
  if (found.run !== run) return { status: 'FAILED', why: `${path} belongs to run ${found.run} of ${found.by}` }
  if (await isNodes(path)) return { status: 'OK', why: "there was none on this workstation but the node's own" }
  const moved = `${path}.closed.${run}`
  await rename(path, moved)
  await rm(moved, { recursive: true, force: true })
  return { status: 'OK' }
}

/** Where node and workstation are one machine, or share a home, the node's bundle lies at this very path: it has a journal. */
async function isNodes(path: string): Promise<boolean> {
  const found = await Promise.all(['journal', 'epoch.1'].map((name) => lstat(join(path, name)).catch(() => undefined)))
  return found.some((one) => one !== undefined)
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}
