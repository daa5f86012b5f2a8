import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseScan, type Scan, scanText } from '../nodetest/changes.ts'
import { messageOf, UsageError } from '../words/errors.ts'
import { makeFolder } from '../words/folder.ts'
import type { Deploy } from './deploy.ts'
import { obstacleTo, writeWhole } from './wholefile.ts'
import type { Workplace } from './workplace.ts'

/** Where the last scan of each node of a deploy file is remembered: in the state folder, never beside the tests. */
export interface Scans {
  before(node: string): Scan | undefined
  keep(scans: ReadonlyMap<string, Scan>): Promise<void>
}

/** The scans of these nodes. Throws UsageError where they can't be kept. */
export async function openScans(deploy: Deploy, nodes: readonly string[], place: Workplace): Promise<Scans> {
  const key = createHash('sha256').update(resolve(deploy.deployFile.path)).digest('hex').slice(0, 16)
  const folder = join(place.stateFolder, 'conc', 'scans', key)
  const fileOf = (node: string) => join(folder, `${node}.json`)
  await makeScanFolder(folder)
  const known = new Map<string, Scan | undefined>()
  for (const node of nodes) known.set(node, parseScan(await readFile(fileOf(node), 'utf8').catch(() => '')))
  return {
    before: (node) => known.get(node),
    async keep(scans) {
      for (const [node, scan] of scans) await writeWhole(fileOf(node), scanText(scan))
    },
  }
}

async function makeScanFolder(folder: string): Promise<void> {
  const made = await makeFolder(folder).then(
    () => undefined,
    (cause: unknown) => messageOf(cause),
  )
  const obstacle = made ?? (await obstacleTo(join(folder, 'x')))
  if (obstacle === undefined) return
  throw new UsageError(`--changes-only: ${folder} can't keep how the tests stand: ${obstacle}. Set XDG_STATE_HOME.`)
}
