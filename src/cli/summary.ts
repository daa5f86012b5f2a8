import { lstat, rm } from 'node:fs/promises'
import { obstacleTo, writeWhole } from '../operations/wholefile.ts'
import { type Summing, summing } from '../report/summary.ts'
import { UsageError } from '../words/errors.ts'
import { fileFault } from '../words/filefault.ts'
import type { World } from './world.ts'

/** The file of `--summary`. */
export interface SummaryFile extends Pick<Summing, 'event'> {
  /** Writes it, once the run is over. */
  close(): Promise<void>
}

/** Makes ready to write a summary: an earlier one is removed, so that what is there is this run's. Throws UsageError where it can't be written. */
export async function summaryFile(path: string, world: World): Promise<SummaryFile> {
  const obstacle = (await obstacleTo(path)) ?? (await removeFormer(path))
  if (obstacle !== undefined)
    throw new UsageError(`--summary ${path}: it can't be written: ${obstacle}. Name another file.`)
  const { event, summary } = summing(world.version)
  return {
    event,
    async close() {
      const text = summary()
      if (text === undefined) return
      await writeWhole(path, `${JSON.stringify(text, undefined, 2)}\n`).catch((cause: unknown) => {
        world.say(`conc: ${path} could not be written: ${fileFault(cause)}\n`)
      })
    },
  }
}

async function removeFormer(path: string): Promise<string | undefined> {
  const there = await lstat(path).catch(() => undefined)
  return there?.isFile() ? rm(path).then(() => undefined, fileFault) : undefined
}
