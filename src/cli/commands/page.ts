import { open, stat } from 'node:fs/promises'
import type { Deploy } from '../../operations/deploy.ts'
import { readWholeRun } from '../../operations/runs.ts'
import { obstacleTo, writeWhole } from '../../operations/wholefile.ts'
import { isRunPage, runPage } from '../../report/html/page.ts'
import { UsageError } from '../../words/errors.ts'
import { fileFault } from '../../words/filefault.ts'
import type { World } from '../world.ts'

/** Where a page goes, and of which run it is. */
export interface PageOptions {
  /** A path, or `-` for stdout. */
  readonly file: string
  readonly id?: string
  readonly quiet?: boolean
}

/** Writes the page of a run: whole, or not at all. */
export async function writePage(
  deploy: Deploy,
  node: string,
  { file, id, quiet }: PageOptions,
  world: World,
): Promise<number> {
  const obstacle = file === '-' ? undefined : await obstacleTo(file)
  if (obstacle !== undefined) throw refusal(file, obstacle)
  if (file !== '-' && !(await mayReplace(file)))
    throw new UsageError(
      `--html ${file}: something else is there, no page of a run. Name another file, or move it away.`,
    )
  const whole = await readWholeRun(deploy, node, world, id)
  const text = runPage({ ...whole, node, version: world.version })
  if (file === '-') {
    world.out(text)
    return 0
  }
  await writeWhole(file, text).catch((cause: unknown) => {
    throw refusal(file, fileFault(cause))
  })
  if (!quiet) world.say(`conc: ${file} is the page of run ${whole.report.run} on ${node}.\n`)
  return 0
}

/** As much as the head of a page takes, in bytes. */
const head = 1024

/** A page of before makes room for the one of now, and an empty file for any; what goes on, as a pipe, holds nothing. */
async function mayReplace(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined)
  if (there === undefined || !there.isFile() || there.size === 0) return true
  const file = await open(path).catch((cause: unknown) => {
    throw refusal(path, fileFault(cause))
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(head), 0, head, 0)
    return isRunPage(buffer.toString('utf8', 0, bytesRead))
  } finally {
    await file.close()
  }
}

function refusal(file: string, why: string): UsageError {
  return new UsageError(`--html ${file}: it can't be written: ${why}. Name another file.`)
}
