import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Baseline, baselineText, type Facts, parseBaseline } from '../nodetest/baseline.ts'
import { Broker } from '../nodetest/broker.ts'
import { inventory, inventoryKinds } from '../questions/inventory.ts'
import type { Ask } from '../questions/types.ts'
import { messageOf, UsageError } from '../words/errors.ts'
import { fileFault, isMissing } from '../words/filefault.ts'
import { makeFolder } from '../words/folder.ts'
import { attributesOf, type Deploy } from './deploy.ts'
import { nodeReach } from './reach.ts'
import { testFolder } from './testfolder.ts'
import { obstacleTo, writeWhole } from './wholefile.ts'
import type { Workplace } from './workplace.ts'

/** A node that was recorded. */
export interface Recorded {
  readonly file: string
  readonly baseline: Baseline
  /** The one before; absent at the first time. */
  readonly former?: Baseline
  /** Why it was asked as the login user though root was wanted. */
  readonly notRoot?: string
}

/** The baseline of a node. Throws UsageError for a file that is none; undefined when none was recorded. */
export async function readBaseline(folder: string, node: string): Promise<Baseline | undefined> {
  const file = baselineFile(folder, node)
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if (isMissing(cause)) return undefined
    throw new UsageError(`${file}: can't be read: ${fileFault(cause)}. Change its mode, or remove it.`)
  })
  if (text === undefined) return undefined
  try {
    return parseBaseline(text)
  } catch (cause) {
    throw new UsageError(`${file}: ${messageOf(cause)}. Record it again with --baseline.`)
  }
}

function baselineFile(folder: string, node: string): string {
  return join(folder, 'baselines', `${node}.json`)
}

/**
 * Records what a node is like now, as root where sudo lets it.
 * @param wantsRoot sudo's password is at hand; else only `sudo = nopasswd` is root's way.
 * Throws UnreachableError; UsageError where the file can't be written, before the node is asked.
 */
export async function recordBaseline(
  deploy: Deploy,
  node: string,
  place: Workplace,
  wantsRoot: boolean,
): Promise<Recorded> {
  const { attributes, reach } = nodeReach(deploy, node, place)
  const folder = testFolder(deploy, attributes)
  const file = baselineFile(folder, node)
  // One that can't be read any more is replaced: that is what it is told to be mended by.
  const former = await readBaseline(folder, node).catch(() => undefined)
  await makeFolderOf(file)
  const { host, close } = await reach()
  try {
    const broker = new Broker(host)
    const asRoot = wantsRoot || attributesOf(deploy, node).get('sudo')?.value === 'nopasswd'
    const notRoot = asRoot ? await whyNotRoot(broker) : undefined
    const as = asRoot && notRoot === undefined ? 'root' : undefined
    const options = as === undefined ? {} : { as }
    const facts = await factsOf((question) => broker.ask(question, options), node)
    const baseline = { node, facts, ...options }
    await writeWhole(file, baselineText(baseline))
    return {
      file,
      baseline,
      ...(former === undefined ? {} : { former }),
      ...(notRoot === undefined ? {} : { notRoot }),
    }
  } finally {
    await close()
  }
}

async function makeFolderOf(file: string): Promise<void> {
  const made = await makeFolder(dirname(file), 0o777).then(
    () => undefined,
    (cause: unknown) => messageOf(cause),
  )
  const obstacle = made ?? (await obstacleTo(file))
  if (obstacle !== undefined) throw new UsageError(`${file}: can't be written: ${obstacle}. Change its mode or owner.`)
}

async function whyNotRoot(broker: Broker): Promise<string | undefined> {
  try {
    const { exit, signal, stderr } = await broker.run(['true'], { as: 'root' })
    return exit === 0 ? undefined : stderr.toString('utf8').trim() || `exit ${exit ?? signal}`
  } catch (thrown) {
    if (broker.lost !== undefined) throw thrown
    return messageOf(thrown)
  }
}

/** All kinds at once. What could not be told is recorded as that, never as empty. Throws UnreachableError. */
async function factsOf(ask: Ask, node: string): Promise<ReadonlyMap<string, Facts>> {
  const entries = inventoryKinds.map(async (kind): Promise<[string, Facts]> => {
    try {
      return [kind, await inventory(ask, kind, node)]
    } catch (thrown) {
      if (thrown instanceof Error && (thrown.name === 'Unknown' || thrown.name === 'Absent')) {
        return [kind, { unknown: thrown.message }]
      }
      throw thrown
    }
  })
  return new Map(await Promise.all(entries))
}
