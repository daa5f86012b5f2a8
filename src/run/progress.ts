import type { Listener, Stream } from '../agent/hearing.ts'
import { Kept } from '../hosts/kept.ts'
import type { PlannedStep } from '../plan/types.ts'
import { attemptOf } from './attempt.ts'
import { briefOf, shownCommand } from './commands.ts'
import { tellEnd } from './cut.ts'
import { reasonOf } from './halt.ts'
import { keptOutput } from './keep.ts'
import { type Outcome, ok, parseOutcome } from './outcome.ts'
import { StepOutput } from './output.ts'
import { notBegun } from './refusal.ts'
import { thrown } from './thrown.ts'
import type { Run, WalkEnd } from './types.ts'

/** Something that was heard of a step. */
interface Heard {
  readonly step: PlannedStep
  readonly begins?: true
  readonly tell: () => void | Promise<void>
}

/** The step of a batch that runs. */
interface Running {
  readonly step: PlannedStep
  /** By performance.now(). */
  readonly began: number
  readonly output: StepOutput
  /** The bytes that have come, as the node counts them. */
  readonly seen: Record<Stream, number>
}

/** Hears the steps of a batch begin, print and end, and tells it as events, in their order. */
export class Progress {
  readonly #run: Run
  readonly #steps: readonly PlannedStep[]
  readonly #outcomes = new Map<string, Outcome>()
  #early: Heard[] = []
  #running: Running | undefined
  /** The step before is not known to be on the record yet. */
  #waits = true
  /** What a step with secrets printed, as it may be kept. */
  readonly kept = new Kept(keptOutput)

  constructor(run: Run, steps: readonly PlannedStep[]) {
    this.#run = run
    this.#steps = steps
  }

  listeners(): Map<string, Listener> {
    return new Map(this.#steps.map((step) => [String(step.n), this.#listener(step)]))
  }

  #listener(step: PlannedStep): Listener {
    const { emit } = this.#run
    const note = (message: string) => emit({ event: 'note', level: 'warning', message, step: step.name })
    return {
      begin: () => this.#hear({ step, begins: true, tell: () => this.#begin(step) }),
      data: (stream, bytes) => this.#hear({ step, tell: () => this.#take(stream, bytes) }),
      info: (message) => this.#hear({ step, tell: () => note(message) }),
      end: (words) => this.#hear({ step, tell: () => this.#end(step, parseOutcome(words)) }),
    }
  }

  /** From now on what is heard is told. */
  goOn(): void {
    this.#waits = false
    this.#hearEarly()
  }

  /** The two streams keep no order between them: what comes before its step has begun, or the one before has ended, waits. */
  #hear(heard: Heard): void | Promise<void> {
    const { step, begins, tell } = heard
    if (!this.#waits && this.#running?.step === (begins ? undefined : step)) return tell()
    this.#early.push(heard)
  }

  #hearEarly(): void {
    const early = this.#early
    this.#early = []
    for (const heard of early) void this.#hear(heard)
  }

  #begin(step: PlannedStep): void {
    const { n, name, side } = step
    const command = shownCommand(step, this.#run)
    const keep = step.options.secrets && this.kept.add.bind(this.kept)
    const output = new StepOutput(this.#run, step, keep)
    this.#running = { step, output, began: performance.now(), seen: { stdout: 0, stderr: 0 } }
    const attempt = attemptOf(this.#run, step)
    this.#run.emit({ event: 'step-start', n, step: name, side, attempt, command, ...briefOf(step) })
    this.#hearEarly()
  }

  #take(stream: Stream, bytes: Buffer): Promise<void> | undefined {
    if (this.#running === undefined) return undefined
    this.#running.seen[stream] += bytes.length
    return this.#running.output.add(stream, bytes)
  }

  #end(step: PlannedStep, outcome: Outcome): void {
    const { began, output } = this.#running ?? { began: performance.now() }
    output?.end()
    this.#running = undefined
    this.#outcomes.set(step.name, outcome)
    tellEnd(this.#run.emit, step, outcome, performance.now() - began)
    if (outcome.status === 'OK' && step.action.kind === 'close-bundle') this.#run.log.closed()
    this.#hearEarly()
  }

  /** What became of the batch, when its worker ended for this reason. */
  end(reason: string): WalkEnd {
    const next = this.#steps.find(({ name }) => this.#outcomes.get(name)?.status !== 'OK')
    if (next === undefined) return ok
    const outcome = this.#outcomes.get(next.name)
    if (outcome !== undefined) return { ...outcome, step: next, begun: true }
    if (this.#running?.step !== next) {
      const why = reason === 'halted' ? reasonOf(this.#run.ports.halt) : undefined
      return { ...notBegun(reason, next), ...(why === undefined ? {} : { why }) }
    }
    const unknown = { status: 'ERROR', why: 'what watched it on the node was killed: its end is not known' } as const
    this.#end(next, unknown)
    return { ...unknown, step: next, begun: true }
  }

  /** No more is heard, as this was thrown: the step in flight goes on, on the node, and its end is recorded there. */
  lost(cause: unknown): WalkEnd {
    const end = thrown(cause)
    const running = this.#running
    const next = this.#steps.find(({ name }) => !this.#outcomes.has(name)) ?? this.#steps.at(-1)
    if (running === undefined) return { ...end, ...(next && { step: next }) }
    const { step, began, seen, output } = running
    const why = `${end.why}; the step goes on on the node`
    if (end.cut === undefined) this.#end(step, { status: 'ERROR', why })
    else output.end()
    return { ...end, why, step, begun: true, ...(end.cut && { cut: { ...end.cut, inFlight: { step, began, seen } } }) }
  }
}
