import type { PlannedStep } from '../plan/types.ts'
import { messageOf } from '../words/errors.ts'
import { conclude } from './conclude.ts'
import { closeLink, openLink } from './link.ts'
import { closeLocalBundle } from './localbundle.ts'
import { lockStep, ownReport, parkRun, releaseLock } from './lock.ts'
import { prepare } from './prepare.ts'
import { takeAndWalk } from './resume.ts'
import { walk } from './run.ts'
import { isDurable, newRun, type StartInput } from './start.ts'
import { failed, safely } from './thrown.ts'
import { type Ended, notBegun, Told } from './told.ts'
import type { Run, WalkEnd } from './types.ts'

/** A run and what it has told: there once its node was reached. */
interface Reached {
  readonly run: Run
  readonly told: Told
}

/** One node's run among several: it takes its lock and waits for its turn. Where the run ends, each call gives its end. */
export class WaitingRun {
  readonly #input: StartInput
  readonly #id: string
  /** Up to the step that takes the lock. */
  readonly #first: readonly PlannedStep[]
  readonly #next: PlannedStep | undefined
  #reached: Reached | undefined
  #parked = false
  #ended: Ended | undefined

  constructor(input: StartInput) {
    const { plan, ports } = input
    const after = lockStep(plan) + 1
    this.#input = input
    this.#id = ports.newRunId()
    this.#first = plan.steps.slice(0, after)
    this.#next = plan.steps[after]
  }

  get node(): string {
    return this.#input.plan.node
  }

  /** Logs in, and asks for what only a person or a command knows. */
  async reach(): Promise<Ended | undefined> {
    const told = new Told(this.#input, this.#id, false)
    try {
      const run = newRun(this.#input, told, await openLink(this.#input.ports.connect))
      this.#reached = { run, told }
    } catch (cause) {
      return this.#keep(this.#tell(told, failed(cause), false))
    }
    const { run } = this.#reached
    return this.#stage(async () => {
      await prepare(run, new Set())
      return { status: 'OK' }
    })
  }

  /** Runs the steps that come before the lock. */
  begin(): Promise<Ended | undefined> {
    return this.#stage(({ run }) => walk(run, new Set(), this.#first.slice(0, -1)))
  }

  /** Takes the lock. */
  lock(): Promise<Ended | undefined> {
    const step = this.#first.at(-1)
    return this.#stage(async ({ run, told }) => {
      const end = await walk(run, namesOf(this.#first.slice(0, -1)), this.#first)
      told.wait()
      if (end.status !== 'OK' || run.log.open) return end
      return { status: 'STOPPED', why: 'its bundle was not opened', ...(step && { step }) }
    })
  }

  /** Leaves the node until the turn comes. */
  park(): Promise<Ended | undefined> {
    return this.#stage(async ({ run }) => {
      await parkRun(run, this.#next?.name ?? '-')
      this.#parked = true
      return { status: 'OK' }
    })
  }

  /** Goes on to the end, now that it is its turn. */
  async goOn(halt: AbortSignal): Promise<Ended> {
    const { run: waiting, told } = this.#there()
    const run = { ...waiting, ports: { ...waiting.ports, halt } }
    told.goOn()
    if (!this.#parked) return this.#keep(conclude(run, told, () => walk(run, namesOf(this.#first))))
    try {
      const again = { ...run, link: await openLink(run.ports.connect) }
      const go = async () =>
        takeAndWalk(again, {
          report: await ownReport(again, again.link),
          retry: false,
          changed: false,
          told: told.steps,
        })
      return this.#keep(conclude(again, told, go))
    } catch (cause) {
      return this.#keep(this.#tell(told, this.#before(failed(cause)), true))
    }
  }

  /** Its turn does not come: it stays locked, and can be resumed. */
  async pass(why: string): Promise<Ended> {
    const { run, told } = this.#there()
    const end = this.#before({ status: 'STOPPED', why })
    if (this.#parked) return this.#keep(this.#tell(told, end, true))
    return this.#keep(conclude(run, told, async () => end, { ways: [], attempted: false }))
  }

  /** Gives the lock back, where it was taken: nothing after it has begun. */
  async release(why: string): Promise<Ended> {
    if (this.#ended !== undefined) return this.#ended
    const end: WalkEnd = { status: 'STOPPED', why }
    if (this.#reached === undefined) return notBegun(this.node)
    const { run, told } = this.#reached
    const failure = await this.#giveBack(run, why).catch(messageOf)
    if (failure === undefined) return this.#keep(this.#tell(told, end, false))
    const kept = { ...end, status: 'ERROR', why: `${why}; its lock can't be given back: ${failure}` } as const
    return this.#keep(told.end(this.#before(kept), { holding: true, durable: run.durable, attempted: false }))
  }

  async #giveBack(run: Run, why: string): Promise<undefined> {
    const { log, link, ports, plan, id } = run
    try {
      if (log.open || this.#parked) await releaseLock(run, why)
      await closeLocalBundle(ports.home, plan.bundle, id)
    } finally {
      if (!this.#parked) await closeLink(link)
    }
  }

  /** Does a part of the run; where it does not end OK the run ends there. */
  async #stage(act: (reached: Reached) => Promise<WalkEnd>): Promise<Ended | undefined> {
    const { run, told } = this.#there()
    const end = await safely(() => act({ run, told }))
    return end.status === 'OK' ? undefined : this.#keep(conclude(run, told, async () => end))
  }

  #there(): Reached {
    if (this.#reached === undefined) throw new TypeError(`${this.node} was not reached`)
    return this.#reached
  }

  #before(end: WalkEnd): WalkEnd {
    return this.#next === undefined ? end : { ...end, step: this.#next }
  }

  /** Tells the end of a run whose turn never came. */
  #tell(told: Told, end: WalkEnd, holding: boolean): Ended {
    const attempted = end.status !== 'STOPPED'
    const durable = isDurable(this.#input.plan)
    return told.end(end, { holding, durable, attempted, ...(attempted ? {} : { ways: [] }) })
  }

  async #keep(ended: Ended | Promise<Ended>): Promise<Ended> {
    this.#ended = await ended
    return this.#ended
  }
}

function namesOf(steps: readonly PlannedStep[]): ReadonlySet<string> {
  return new Set(steps.map(({ name }) => name))
}
