import type { Plan } from '../plan/types.ts'
import { conclude } from './conclude.ts'
import type { RunEvent } from './events.ts'
import { type Link, openLink } from './link.ts'
import { RunLog } from './log.ts'
import { prepare } from './prepare.ts'
import { type TakeAndWalk, takeAndWalk } from './resume.ts'
import { walk } from './run.ts'
import { failed } from './thrown.ts'
import { type Ended, Told } from './told.ts'
import type { Ports, Run, Selection } from './types.ts'
import { Vault } from './vault.ts'

export interface StartInput {
  readonly plan: Plan
  readonly ports: Ports
  readonly onEvent: (event: RunEvent) => void
  readonly selection?: Selection
  /** The nodes that the run was begun on together, in their order; absent for one alone. */
  readonly fleet?: readonly string[]
}

/**
 * Runs a plan from its start. Everything that happens is an event; the last one is `run-end`.
 * Never throws for what the node or an op did. Gives how it ended.
 */
export async function startRun(input: StartInput): Promise<Ended> {
  const { plan, ports } = input
  const told = new Told(input, ports.newRunId(), false)
  try {
    const run = newRun(input, told, await openLink(ports.connect))
    return await conclude(run, told, async () => {
      await prepare(run, new Set())
      return walk(run)
    })
  } catch (cause) {
    return told.end(failed(cause), { holding: false, durable: isDurable(plan) })
  }
}

export interface ResumeInput extends StartInput, TakeAndWalk {
  readonly link: Link
}

/** Goes on with the run that holds the bundle, as `startRun` does. */
export async function resumeRun(input: ResumeInput): Promise<Ended> {
  const told = new Told(input, input.report.holder?.run ?? '', true)
  const run = newRun(input, told, input.link)
  return conclude(run, told, () => takeAndWalk(run, input))
}

/** A run at its beginning, on this link. */
export function newRun({ plan, ports, selection = {}, fleet }: StartInput, told: Told, link: Link): Run {
  const log = new RunLog(ports.now, ports.who)
  return {
    id: told.run,
    plan,
    ports,
    emit: told.emit,
    selection,
    log,
    link,
    vault: new Vault(),
    attempts: new Map(),
    durable: isDurable(plan),
    ...(fleet === undefined ? {} : { fleet }),
  }
}

export function isDurable({ attributes }: Plan): boolean {
  return attributes.get('durable')?.value !== 'no'
}
