import type { Deploy } from '../../operations/deploy.ts'
import { readWholeRun } from '../../operations/runs.ts'
import { obstacleTo, writeWhole } from '../../operations/wholefile.ts'
import { runPage } from '../../report/html/page.ts'
import { messageOf, UsageError } from '../../words/errors.ts'
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
  const whole = await readWholeRun(deploy, node, world, id)
  const text = runPage({ ...whole, node, version: world.version })
  if (file === '-') {
    world.out(text)
    return 0
  }
  await writeWhole(file, text).catch((cause: unknown) => {
    throw refusal(file, messageOf(cause))
  })
  if (!quiet) world.say(`conc: ${file} is the page of run ${whole.report.run} on ${node}.\n`)
  return 0
}

function refusal(file: string, why: string): UsageError {
  return new UsageError(`--html ${file}: it can't be written: ${why}. Name another file.`)
}
