import type { Host, RunOptions, RunResult } from '../ops/types.ts'
import { type Answer, type Question, Unknown } from '../questions/types.ts'
import { LostError, messageOf, UnreachableError } from '../words/errors.ts'
import { type Asked, type Asking, askSlowly, askTogether } from './asking.ts'
import { Gatherer } from './gather.ts'
import { type InTurn, slow, Turns } from './turns.ts'

/** How long a node may take to show that it is there, in milliseconds. */
const patience = 10_000

/** Who asks, and until when. */
export interface AskOptions extends InTurn {
  /** Another user, by sudo. */
  readonly as?: string
}

/** Asks one node on behalf of all its tests, over its one login. */
export class Broker {
  readonly #host: Host
  readonly #lanes = new Map<string, Gatherer<Waiting>>()
  readonly #turns = new Turns()
  #roundTrips = 0
  #lost: UnreachableError | undefined
  #looking: Promise<void> | undefined

  constructor(host: Host) {
    this.#host = host
  }

  /** How often the node was asked something. */
  get roundTrips(): number {
    return this.#roundTrips
  }

  /** Why the node is gone; undefined while it is there. */
  get lost(): string | undefined {
    return this.#lost?.message
  }

  /** Throws Unknown, and UnreachableError when the node is gone. */
  ask(question: Question, { as, signal, onBegin }: AskOptions = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const settle = (answer: Answer | Error) => (answer instanceof Error ? reject(answer) : resolve(answer))
      signal?.addEventListener('abort', () => reject(new Unknown('nobody waits for the answer')), { once: true })
      const waiting = { question, settle, onBegin, ...(signal === undefined ? {} : { signal }) }
      const alone = () => this.#take([waiting], { as, isLong: true }, (asking) => askSlowly(waiting, asking))
      if (slow.has(question.name)) void this.#turns.take(alone, signal).catch(settle)
      else this.#laneOf(as).add(waiting)
    })
  }

  /** Runs a command on its own. Throws Unknown when its end is not known, and UnreachableError when the node is gone. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    try {
      return await this.#turns.take(() => this.#run(argv, { ...options, isLong: true }), options.signal)
    } catch (thrown) {
      options.signal?.throwIfAborted()
      throw await this.#reasonOf(thrown, options.as)
    }
  }

  #laneOf(as: string | undefined): Gatherer<Waiting> {
    const key = as ?? ''
    const known = this.#lanes.get(key)
    if (known !== undefined) return known
    const lane = new Gatherer<Waiting>((lot) => {
      const wanted = lot.filter(({ signal }) => !signal?.aborted)
      return this.#take(wanted, { as }, (asking) => askTogether(wanted, asking))
    })
    this.#lanes.set(key, lane)
    return lane
  }

  async #take(
    lot: readonly Waiting[],
    { as, isLong = false }: { readonly as: string | undefined; readonly isLong?: boolean },
    act: (asking: Asking) => Promise<void>,
  ): Promise<void> {
    if (lot.length === 0) return
    const { signal, stop } = whenAllGiveUp(lot)
    const onBegin = () => {
      for (const waiting of lot) waiting.onBegin?.()
    }
    const run: Asking['run'] = (argv, options) => this.#run(argv, { ...options, isLong, onBegin })
    try {
      await act({ run, signal, ...(as === undefined ? {} : { as }) })
    } catch (thrown) {
      const reason = await this.#reasonOf(thrown, as)
      for (const { settle } of lot) settle(reason)
    } finally {
      stop()
    }
  }

  async #run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    if (this.#lost !== undefined) throw this.#lost
    this.#roundTrips += 1
    // The workstation begins all at once.
    if (this.#host.side === 'local') options.onBegin?.()
    return this.#host.run(argv, options)
  }

  /** What a test is told. One session may be lost where the node is not: it is asked once more before all is given up. */
  async #reasonOf(thrown: unknown, as: string | undefined): Promise<Error> {
    const gone = thrown instanceof LostError || (thrown instanceof UnreachableError && as === undefined)
    if (gone && this.#lost === undefined) {
      this.#looking ??= this.#look(messageOf(thrown)).finally(() => {
        this.#looking = undefined
      })
      await this.#looking
    }
    return this.#lost ?? new Unknown(messageOf(thrown))
  }

  async #look(why: string): Promise<void> {
    const { exit } = await this.#run(['true'], { timeout: patience }).catch(() => ({ exit: undefined }))
    if (exit !== 0) this.#lost ??= new UnreachableError(why)
  }
}

/** A question that somebody waits for. */
interface Waiting extends Asked, InTurn {}

/** A signal that is aborted once none of them waits any more; `stop` ends the listening. */
function whenAllGiveUp(lot: readonly Waiting[]): { readonly signal: AbortSignal; readonly stop: () => void } {
  const all = new AbortController()
  const look = () => {
    if (lot.every(({ signal }) => signal?.aborted)) all.abort()
  }
  for (const { signal } of lot) signal?.addEventListener('abort', look)
  return {
    signal: all.signal,
    stop: () => {
      for (const { signal } of lot) signal?.removeEventListener('abort', look)
    },
  }
}
