import { join } from 'node:path'
import {
  ConcError,
  halt,
  openDeploy,
  planJob,
  type ResumeOptions,
  type RunEvent,
  type RunOptions,
  resume,
  run,
  status,
  unlock,
  type Workplace,
  workplace,
} from '../../src/index.ts'
import type { Workstation } from '../fixtures/deploy.ts'
import type { Status } from '../run/scene.ts'

/** How a command ended that ran in this process: as the program would exit. */
export interface EndedHere {
  readonly exit: number
  readonly message: string
  readonly events: readonly RunEvent[]
}

/** Told each event as it comes. */
type Hear = (event: RunEvent) => void

/** Runs the job on a node, as `conc run release web1` does. */
export function runHere(station: Workstation, options: RunOptions = {}, hear?: Hear): Promise<EndedHere> {
  return collect(async () => {
    const deploy = await openDeploy(join(station.folder, 'deploy.ini'))
    return run(deploy, planJob(deploy, 'release', 'web1').plan, { ...options, workplace: placeOf(station) })
  }, hear)
}

/** As `conc resume web1`. */
export function resumeHere(station: Workstation, options: ResumeOptions = {}, hear?: Hear): Promise<EndedHere> {
  return collect(async () => {
    const deploy = await openDeploy(join(station.folder, 'deploy.ini'))
    return resume(deploy, 'web1', { ...options, workplace: placeOf(station) })
  }, hear)
}

/** As `conc halt web1`. */
export async function haltHere(station: Workstation): Promise<void> {
  await halt(await openDeploy(join(station.folder, 'deploy.ini')), 'web1', placeOf(station))
}

/** As `conc unlock web1` of a bundle that names no run. */
export async function unlockHere(station: Workstation): Promise<void> {
  const deploy = await openDeploy(join(station.folder, 'deploy.ini'))
  await unlock(deploy, 'web1', { id: 'unnamed', why: 'its making was cut short' }, placeOf(station))
}

/** As `conc status web1 --json`. */
export async function statusHere(station: Workstation): Promise<Status> {
  const report = await status(await openDeploy(join(station.folder, 'deploy.ini')), 'web1', placeOf(station))
  const { state, holder, steps } = report
  const { run: id = null, by = null, since = null } = holder ?? {}
  return { state, run: id, by, since, steps, stands: steps.map((step) => `${step.name} ${step.status}`) }
}

function placeOf({ home }: Workstation): Workplace {
  return workplace({ PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8' })
}

async function collect(start: () => Promise<AsyncIterable<RunEvent>>, hear?: Hear): Promise<EndedHere> {
  const events: RunEvent[] = []
  try {
    for await (const event of await start()) {
      events.push(event)
      hear?.(event)
    }
  } catch (error) {
    if (!(error instanceof ConcError)) throw error
    return { exit: error.exitCode, message: error.message, events }
  }
  const last = events.at(-1)
  return last?.event === 'run-end'
    ? { exit: last.exitCode, message: last.message, events }
    : { exit: 99, message: 'there was no run-end', events }
}
