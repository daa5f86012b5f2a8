import type { Session } from '../agent/session.ts'
import { note, type Refusal } from '../bundle/hold.ts'
import { oneLine, writeStatus } from '../journal/records.ts'
import type { PlannedStep } from '../plan/types.ts'
import { BrokenError } from '../words/errors.ts'
import type { Outcome } from './outcome.ts'

/**
 * The run's hand on the journal for what the agent does not record by itself: local steps, skips, marks.
 * Until the bundle is open the lines are kept here, and go in with it.
 */
export class RunLog {
  readonly #now: () => Date
  readonly #who: string
  #session: Session | undefined
  #epoch = 0
  readonly #early: string[] = []

  constructor(now: () => Date, who: string) {
    this.#now = now
    this.#who = who
  }

  /** The lines from before the bundle was open, each with its time. */
  get early(): readonly string[] {
    return this.#early
  }

  /** From now on lines go to the bundle's journal, which this run may write as long as no higher epoch is there. */
  opened(session: Session, epoch: number): void {
    this.#session = session
    this.#epoch = epoch
  }

  /** The epoch in which this run holds the bundle. */
  get epoch(): number {
    return this.#epoch
  }

  closed(): void {
    this.#session = undefined
  }

  get open(): boolean {
    return this.#session !== undefined
  }

  /** Writes that a step begins; the line is on the node's disk when it resolves. */
  async begin(step: PlannedStep, attempt: number): Promise<Refusal | undefined> {
    return this.#write(beginLine(step, attempt, this.#who))
  }

  async end(step: PlannedStep, attempt: number, outcome: Outcome): Promise<void> {
    await this.#must(endLine(step, attempt, outcome))
  }

  /** Writes that a step did not begin after all. */
  async void(step: PlannedStep, attempt: number): Promise<void> {
    await this.#must(`void ${step.n} ${attempt} ${step.name}`)
  }

  async skip(step: PlannedStep, why: string): Promise<void> {
    await this.#must(`skip ${step.n} ${step.name} ${oneLine(why)}`)
  }

  async mark(step: { n: number; name: string }, as: 'done' | 'skip', why: string): Promise<void> {
    await this.#must(`mark ${step.n} ${step.name} ${as} ${this.#who} ${oneLine(why)}`)
  }

  async probe(step: { n: number; name: string }, says: 'done' | 'not-done' | 'unknown'): Promise<void> {
    await this.#must(`probe ${step.n} ${step.name} ${says}`)
  }

  async retry(step: PlannedStep): Promise<void> {
    await this.#must(`retry ${step.n} ${step.name} ${this.#who}`)
  }

  /** For what may not be refused: it is about something that has happened. */
  async #must(line: string): Promise<void> {
    const refusal = await this.#write(line)
    if (refusal !== undefined) throw new BrokenError(`the node takes no more records of this run: it is ${refusal}`)
  }

  async #write(line: string): Promise<Refusal | undefined> {
    if (this.#session !== undefined) return note(this.#session, line)
    this.#early.push(this.stamped(line))
    return undefined
  }

  /** A line with the workstation's time, for what is written later. */
  stamped(line: string): string {
    return `${this.#now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')} ${line}`
  }
}

export function beginLine(step: PlannedStep, attempt: number, who: string): string {
  return `begin ${step.n} ${attempt} ${step.name} ${step.side} ${who}`
}

export function endLine(step: PlannedStep, attempt: number, { status, exit, signal, why }: Outcome): string {
  const name = signal?.replace(/^SIG/, '') ?? '-'
  return `end ${step.n} ${attempt} ${step.name} ${writeStatus(status)} exit=${exit ?? '-'} signal=${name} ${oneLine(why ?? '')}`.trimEnd()
}
